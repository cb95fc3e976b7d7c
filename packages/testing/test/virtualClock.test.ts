import { InvalidInputError, maxTimerMs } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { NeverIdleError, RunUntilLimitError, StandstillError, VirtualClock } from '../src/index.ts';

const startMs = Date.UTC(2026, 0, 1);

/** Arms a timer for each delay; what ran is then in `ran`, with the time at which it ran. */
function armAll(clock: VirtualClock, delays: readonly number[]): string[] {
  const ran: string[] = [];
  delays.forEach((delayMs, index) => {
    clock.setTimeout(() => ran.push(`#${index} at ${clock.now() - startMs}`), delayMs);
  });
  return ran;
}

async function manyTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await null;
}

describe('the time', () => {
  it('starts at 2026-01-01T00:00:00Z unless told otherwise', () => {
    expect(new VirtualClock().now()).toBe(startMs);
    expect(new VirtualClock({ startMs: 5 }).now()).toBe(5);
  });

  it('is, while a timer runs, the time at which it was due, and the end of the window afterwards', async () => {
    const clock = new VirtualClock();
    const ran = armAll(clock, [40, 10]);
    await clock.advance(50);
    expect(ran).toEqual(['#1 at 10', '#0 at 40']);
    expect(clock.now()).toBe(startMs + 50);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('cannot be moved by %d', async (ms) => {
    const clock = new VirtualClock();
    await expect(clock.advance(ms)).rejects.toThrow(InvalidInputError);
    await expect(clock.runUntil(() => true, { limitMs: ms })).rejects.toThrow(InvalidInputError);
    expect(() => clock.advanceSync(ms)).toThrow(InvalidInputError);
    expect(() => clock.jump(ms)).toThrow(InvalidInputError);
    expect(clock.now()).toBe(startMs);
  });

  it('cannot start at no time', () => {
    expect(() => new VirtualClock({ startMs: Number.NaN })).toThrow(/startMs: expected a finite number, received NaN/);
  });
});

describe('timers', () => {
  it('that are due together run in the order in which they were armed', async () => {
    const clock = new VirtualClock();
    const ran = armAll(clock, [7, 3, 7, 3, 7]);
    await clock.advance(7);
    expect(ran).toEqual(['#1 at 3', '#3 at 3', '#0 at 7', '#2 at 7', '#4 at 7']);
  });

  it('due at the end of the window run in it, those due 1 ms later do not', async () => {
    const clock = new VirtualClock();
    const ran = armAll(clock, [100, 101]);
    await clock.advance(100);
    expect(ran).toEqual(['#0 at 100']);
    expect(clock.pending()).toEqual([{ id: 2, armedAtMs: startMs, dueMs: startMs + 101 }]);
  });

  it('armed by a timer within the window run in it', async () => {
    const clock = new VirtualClock();
    const ticks: number[] = [];
    const tick = () => {
      ticks.push(clock.now() - startMs);
      clock.setTimeout(tick, 10);
    };
    clock.setTimeout(tick, 10);
    await clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
  });

  it('that are cleared never run, not even when cleared by the timer before them', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const cleared = clock.setTimeout(() => ran.push('cleared'), 10);
    const next: unknown = clock.setTimeout(() => ran.push('cleared on the way'), 20);
    clock.setTimeout(() => clock.clearTimeout(next), 20 - 1);
    clock.clearTimeout(cleared);
    await clock.advance(100);
    expect(ran).toEqual([]);
    expect(clock.pending()).toEqual([]);
  });

  it('are not touched by the handles of others, of timers that have run, or by what is no handle', async () => {
    const clock = new VirtualClock();
    const other = new VirtualClock();
    const past = clock.setTimeout(() => undefined, 1);
    await clock.advance(1);
    const ran = armAll(clock, [5]);
    for (const handle of [past, other.setTimeout(() => undefined, 5), undefined, null, 1, {}])
      clock.clearTimeout(handle);
    await clock.advance(5);
    expect(ran).toEqual(['#0 at 6']);
    expect(other.pending()).toHaveLength(1);
  });

  it.each([
    [Number.NaN, 0],
    [-5, 0],
    [Number.NEGATIVE_INFINITY, 0],
    [0.9, 0],
    [1.9, 1],
    [maxTimerMs + 1, maxTimerMs],
    [Number.POSITIVE_INFINITY, maxTimerMs],
  ])('with a delay of %d are due in %d ms', (delayMs, dueInMs) => {
    const clock = new VirtualClock();
    clock.setTimeout(() => undefined, delayMs);
    expect(clock.pending()).toEqual([{ id: 1, armedAtMs: startMs, dueMs: startMs + dueInMs }]);
  });

  it('are listed by pending in the order in which they will run', () => {
    const clock = new VirtualClock();
    armAll(clock, [30, 10, 20]);
    expect(clock.pending().map(({ dueMs }) => dueMs - startMs)).toEqual([10, 20, 30]);
  });
});

describe('promise jobs', () => {
  it('run before the first timer, and what they arm within the window runs in it', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.setTimeout(() => ran.push('armed at once, due at 10'), 10);
    void manyTurns(500).then(() => clock.setTimeout(() => ran.push('armed by a job, due at 5'), 5));
    await clock.advance(10);
    expect(ran).toEqual(['armed by a job, due at 5', 'armed at once, due at 10']);
  });

  it('run between two timers, even those due together, however long their chain is', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.setTimeout(() => {
      ran.push('first');
      void manyTurns(10_000).then(() => ran.push('its promises'));
    }, 10);
    clock.setTimeout(() => ran.push('second'), 10);
    await clock.advance(10);
    expect(ran).toEqual(['first', 'its promises', 'second']);
  });

  it('that take a turn of the event loop on their way are waited for', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.setTimeout(() => {
      void manyTurns(50)
        .then(() => new Promise((resolve) => setImmediate(resolve)))
        .then(() => manyTurns(50))
        .then(() => clock.setTimeout(() => ran.push('after the turn'), 1));
    }, 10);
    await clock.advance(11);
    expect(ran).toEqual(['after the turn']);
  });

  it('see the time at which their timer was due', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const sleep = (ms: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, ms));
    void (async () => {
      for (const ms of [5, 10, 20]) {
        await sleep(ms);
        seen.push(clock.now() - startMs);
      }
    })();
    await clock.advance(1_000);
    expect(seen).toEqual([5, 15, 35]);
  });

  it('are all that settle runs', async () => {
    const clock = new VirtualClock();
    const ran = armAll(clock, [0]);
    void manyTurns(1_000).then(() => ran.push('job'));
    await clock.settle();
    expect(ran).toEqual(['job']);
    expect(clock.now()).toBe(startMs);
  });
});

describe('callbacks that throw', () => {
  it('hinder no other timer; a single error comes out as it is when the window is over', async () => {
    const clock = new VirtualClock();
    const error = new Error('one');
    const ran: string[] = [];
    clock.setTimeout(() => {
      throw error;
    }, 1);
    clock.setTimeout(() => ran.push('next'), 2);
    await expect(clock.advance(10)).rejects.toBe(error);
    expect(ran).toEqual(['next']);
    expect(clock.now()).toBe(startMs + 10);
    await clock.advance(1);
  });

  it('come out together when they are several', async () => {
    const clock = new VirtualClock();
    for (const reason of ['one', 'two']) {
      clock.setTimeout(() => {
        throw reason;
      }, 1);
    }
    const thrown: unknown = await clock.advance(1).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(AggregateError);
    expect(thrown).toMatchObject({ errors: ['one', 'two'], message: '2 errors were thrown while time passed.' });
  });

  it('come out of advanceSync and runUntil too', async () => {
    const clock = new VirtualClock();
    const arm = () =>
      clock.setTimeout(() => {
        throw new Error('thrown by a timer');
      }, 1);
    arm();
    expect(() => clock.advanceSync(1)).toThrow('thrown by a timer');
    arm();
    await expect(clock.runUntil(() => clock.pending().length === 0)).rejects.toThrow('thrown by a timer');
  });
});

describe('advanceSync', () => {
  it('runs what is due before it returns, in order, and no promise job', () => {
    const clock = new VirtualClock();
    const ran = armAll(clock, [20, 10, 31]);
    void Promise.resolve().then(() => ran.push('job'));
    clock.advanceSync(30);
    expect(ran).toEqual(['#1 at 10', '#0 at 20']);
    expect(clock.now()).toBe(startMs + 30);
  });

  it('is refused while an advance is under way, and inside a timer, and changes nothing', async () => {
    const clock = new VirtualClock();
    const advancing = clock.advance(10);
    expect(() => clock.advanceSync(1)).toThrow(InvalidInputError);
    await advancing;
    expect(clock.now()).toBe(startMs + 10);
    clock.setTimeout(() => clock.advanceSync(5), 1);
    expect(() => clock.advanceSync(1)).toThrow(/no advance, settle or runUntil under way/);
    clock.advanceSync(1);
    expect(clock.now()).toBe(startMs + 12);
  });
});

describe('windows', () => {
  it('asked for at the same time run one after the other, and none loses time', async () => {
    const clock = new VirtualClock();
    const ran = armAll(clock, [5, 15, 25]);
    const marks = [10, 10, 10].map((ms) => clock.advance(ms).then(() => ran.push(`end at ${clock.now() - startMs}`)));
    await Promise.all(marks);
    expect(ran.filter((line) => line.startsWith('#'))).toEqual(['#0 at 5', '#1 at 15', '#2 at 25']);
    expect(clock.now()).toBe(startMs + 30);
  });

  it('that failed do not keep the next one from running', async () => {
    const clock = new VirtualClock();
    const failing = clock.runUntil(() => {
      throw new Error('predicate');
    });
    const next = clock.advance(10);
    await expect(failing).rejects.toThrow('predicate');
    await next;
    expect(clock.now()).toBe(startMs + 10);
  });

  it('asked for by a timer run after the window of that timer', async () => {
    const clock = new VirtualClock();
    const inner: Promise<void>[] = [];
    clock.setTimeout(() => inner.push(clock.advance(7)), 1);
    await clock.advance(10);
    await Promise.all(inner);
    expect(clock.now()).toBe(startMs + 17);
  });
});

describe('runUntil', () => {
  it('stops at the timer, and between timers due together, at which the predicate comes to hold', async () => {
    const clock = new VirtualClock();
    const ran = armAll(clock, [1_000, 2_000, 2_000, 3_000]);
    await clock.runUntil(() => ran.length === 2);
    expect(ran).toEqual(['#0 at 1000', '#1 at 2000']);
    expect(clock.now()).toBe(startMs + 2_000);
  });

  it('moves no time when the predicate holds already, or holds after promise jobs', async () => {
    const clock = new VirtualClock();
    const ran = armAll(clock, [0]);
    let done = false;
    void manyTurns(100).then(() => {
      done = true;
    });
    await clock.runUntil(() => done);
    expect(ran).toEqual([]);
    expect(clock.now()).toBe(startMs);
  });

  it('fails past its limit, naming the time that passed and the timers that are left', async () => {
    const clock = new VirtualClock();
    armAll(clock, [10, 150, 160, 170, 180, 190, 200]);
    const thrown: unknown = await clock.runUntil(() => false, { limitMs: 100 }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(RunUntilLimitError);
    expect(thrown).toMatchObject({
      limitMs: 100,
      message:
        'The condition of runUntil did not hold within 100 ms of virtual time. ' +
        'Timers pending: 6, due in 50 ms (of 150 ms), in 60 ms (of 160 ms), in 70 ms (of 170 ms), ' +
        'in 80 ms (of 180 ms), in 90 ms (of 190 ms) ….',
    });
    expect(clock.now()).toBe(startMs + 100);
  });

  it('says so when no timer is left that could help', async () => {
    const clock = new VirtualClock();
    await expect(clock.runUntil(() => false)).rejects.toThrow(/within 3600000 ms .* No timer is pending/);
  });
});

describe('runUntilIdle', () => {
  it('runs timer after timer, those that they arm too, and stands where the last one ran', async () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    const backOff = async (delayMs: number): Promise<void> => {
      ran.push(clock.now() - startMs);
      await Promise.resolve();
      if (delayMs <= 400) clock.setTimeout(() => void backOff(delayMs * 2), delayMs);
    };
    void backOff(100);
    await clock.runUntilIdle();
    expect(ran).toEqual([0, 100, 300, 700]);
    expect(clock.now()).toBe(startMs + 700);
    expect(clock.pending()).toEqual([]);
  });

  it('gives up at its limit, names what is left, and the time has passed up to there', async () => {
    const clock = new VirtualClock();
    const tick = () => void clock.setTimeout(tick, 400);
    tick();
    const thrown: unknown = await clock.runUntilIdle({ limitMs: 1_000 }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(NeverIdleError);
    expect(thrown).toMatchObject({
      code: 'NEVER_IDLE',
      message:
        'Timers were still armed after 1000 ms of virtual time. Timers pending: 1, due in 200 ms (of 400 ms). ' +
        'Stop what arms them first, use advance or runUntil, or raise limitMs.',
    });
    expect(clock.now()).toBe(startMs + 1_000);
  });

  it('tells what a timer has thrown, after all others have run', async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => {
      throw new Error('broken');
    }, 10);
    const ran = armAll(clock, [20]);
    await expect(clock.runUntilIdle()).rejects.toThrow('broken');
    expect(ran).toHaveLength(1);
  });

  it.each([-1, Number.NaN])('refuses a limit of %d', async (limitMs) => {
    await expect(new VirtualClock().runUntilIdle({ limitMs })).rejects.toThrow('limitMs');
  });
});

describe('jump', () => {
  it('moves the time and runs nothing; what was due meanwhile runs late at the next advance, in its order', async () => {
    const clock = new VirtualClock();
    const ran = armAll(clock, [2_000, 1_000, 10_500]);
    clock.jump(10_000);
    expect(ran).toEqual([]);
    expect(clock.now()).toBe(startMs + 10_000);
    await clock.advance(0);
    expect(ran).toEqual(['#1 at 10000', '#0 at 10000']);
    await clock.advance(500);
    expect(ran.at(-1)).toBe('#2 at 10500');
  });

  it('made by a timer never lets the time go back', async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => clock.jump(1_000), 5);
    const ran = armAll(clock, [10]);
    await clock.advance(20);
    expect(ran).toEqual(['#0 at 1005']);
    expect(clock.now()).toBe(startMs + 1_005);
  });
});

describe('a standstill', () => {
  it('is reported when timers arm each other for ever without a delay', () => {
    const clock = new VirtualClock();
    const again = () => void clock.setTimeout(again, 0);
    again();
    expect(() => clock.advanceSync(1)).toThrow(StandstillError);
    expect(() => clock.advanceSync(1)).toThrow(`Virtual time stands still at ${startMs}`);
  });

  it('is not what chains of no delay at two instants are, each short enough by itself', () => {
    const clock = new VirtualClock();
    let ran = 0;
    const chain = (left: number) => {
      ran += 1;
      if (left > 1) clock.setTimeout(() => chain(left - 1), 0);
    };
    clock.setTimeout(() => chain(60_000), 1);
    clock.setTimeout(() => chain(60_000), 2);
    clock.advanceSync(2);
    expect(ran).toBe(120_000);
  });

  it('is not what 300,000 timers due together are, nor as many that move on by 1 ms', () => {
    const clock = new VirtualClock();
    let ran = 0;
    for (let count = 0; count < 300_000; count += 1) clock.setTimeout(() => (ran += 1), 10);
    const tick = () => {
      ran += 1;
      clock.setTimeout(tick, 1);
    };
    clock.setTimeout(tick, 1);
    clock.advanceSync(300_000);
    expect(ran).toBe(600_000);
  });
});
