import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../src/index.ts';

/** What a test may do to a clock. `clear` takes the timer armed `nth` (modulo those armed so far). */
type Step =
  | { readonly kind: 'arm'; readonly delayMs: number }
  | { readonly kind: 'clear'; readonly nth: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'jump'; readonly ms: number };

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('arm' as const), delayMs: fc.nat(50) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('clear' as const), nth: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump' as const), ms: fc.nat(30) }) },
  ),
  { maxLength: 400 },
);

interface ModelTimer {
  readonly id: number;
  readonly dueMs: number;
}

/** The same clock as simple as can be: a list that is searched for its least at every step. */
class ListClock {
  now = 0;
  armed: ModelTimer[] = [];
  readonly ran: string[] = [];

  advance(ms: number): void {
    const endMs = this.now + ms;
    for (;;) {
      const due = this.armed.filter(({ dueMs }) => dueMs <= endMs);
      const next = due.reduce<ModelTimer | undefined>(
        (least, timer) => (least === undefined || timer.dueMs < least.dueMs ? timer : least),
        undefined,
      );
      if (next === undefined) break;
      this.armed = this.armed.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.dueMs);
      this.ran.push(`${next.id} at ${this.now}`);
    }
    this.now = endMs;
  }
}

/** Does the same steps to both, and hands over what the real clock ran. */
function play(path: readonly Step[]): {
  readonly clock: VirtualClock;
  readonly model: ListClock;
  readonly ran: string[];
} {
  const clock = new VirtualClock({ startMs: 0 });
  const model = new ListClock();
  const ran: string[] = [];
  const handles: unknown[] = [];
  for (const step of path) {
    if (step.kind === 'arm') {
      const id = handles.length;
      handles.push(clock.setTimeout(() => ran.push(`${id} at ${clock.now()}`), step.delayMs));
      model.armed.push({ id, dueMs: model.now + step.delayMs });
    } else if (step.kind === 'clear') {
      const id = handles.length === 0 ? 0 : step.nth % handles.length;
      clock.clearTimeout(handles[id]);
      model.armed = model.armed.filter((timer) => timer.id !== id);
    } else if (step.kind === 'advance') {
      clock.advanceSync(step.ms);
      model.advance(step.ms);
    } else {
      clock.jump(step.ms);
      model.now += step.ms;
    }
  }
  return { clock, model, ran };
}

describe('any sequence of arming, clearing, advancing and jumping', () => {
  it('runs the timers of a clock that is a plain list, at the same times and in the same order', () => {
    fc.assert(
      fc.property(steps, (path) => {
        const { clock, model, ran } = play(path);
        expect(ran).toEqual(model.ran);
        expect(clock.now()).toBe(model.now);
        const left = model.armed.map(({ dueMs }) => dueMs).sort((a, b) => a - b);
        expect(clock.pending().map(({ dueMs }) => dueMs)).toEqual(left);
      }),
      { numRuns: 300 },
    );
  });

  it('ends with no timer when all the time that is needed has passed', () => {
    fc.assert(
      fc.property(steps, (path) => {
        const { clock, ran } = play(path);
        const pending = clock.pending().length;
        const before = ran.length;
        clock.advanceSync(50);
        expect(clock.pending()).toEqual([]);
        expect(ran.length - before).toBe(pending);
      }),
      { numRuns: 100 },
    );
  });

  it('runs the same timers in small steps as in one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(40), { maxLength: 30 }),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }),
        async (delays, cuts) => {
          const runs = [cuts, [cuts.reduce((sum, ms) => sum + ms, 0)]].map(async (windows) => {
            const clock = new VirtualClock({ startMs: 0 });
            const ran: string[] = [];
            delays.forEach((ms, id) => void clock.setTimeout(() => ran.push(`${id} at ${clock.now()}`), ms));
            for (const ms of windows) await clock.advance(ms);
            return ran;
          });
          const [inSteps, atOnce] = await Promise.all(runs);
          expect(inSteps).toEqual(atOnce);
        },
      ),
      { numRuns: 50 },
    );
  });
});
