import { createMessaging } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { createActor, createMachine, fromCallback, fromPromise, setup } from 'xstate';
import { LeakError, scriptedChannel, VirtualClock, watchForLeaks } from '../../src/index.ts';

const idle = fromCallback(() => undefined);
const bot = setup({ actors: { idle } }).createMachine({
  id: 'bot',
  initial: 'waiting',
  invoke: { id: 'worker', src: 'idle' },
  states: { waiting: { after: { 1000: 'late' } }, late: {} },
});

function start(options: { readonly trackCreation?: boolean } = {}) {
  const clock = new VirtualClock(options);
  const guard = watchForLeaks({ clock });
  return { clock, guard, inspect: guard.inspect };
}

describe('what is alive after a stop', () => {
  it('is told with what it is and whose, and where it was created', () => {
    const { clock, guard, inspect } = start({ trackCreation: true });
    const startBot = () => createActor(bot, { id: 'a', clock, inspect }).start();
    startBot();
    const forgetTimer = () => clock.setTimeout(() => undefined, 50);
    forgetTimer();
    const leaked = errorOf(() => guard.expectNone());
    const place = '\\(.*leakGuard\\.test\\.ts:\\d+:\\d+\\)';
    expect(leaked.message).toMatch(
      new RegExp(
        [
          '^2 timers and 2 actors still alive after stop:',
          `  timer 2: timer, due in 50 ms, created at forgetTimer ${place}`,
          `  timer 1: delayed transition "after 1000 ms" of state bot\\.waiting, of actor "a", due in 1000 ms, created at startBot ${place}`,
          `  actor "a" \\(x:\\d+\\): machine "bot", root actor, created at startBot ${place}`,
          `  actor "a › worker" \\(x:\\d+\\): "idle", invoked in bot of "bot", created at startBot ${place}$`,
        ].join('\\n'),
      ),
    );
    expect(leaked).toMatchObject({
      timers: [{ dueInMs: 50 }, { dueInMs: 1000 }],
      actors: [{ id: 'a' }, { id: 'worker' }],
    });
  });

  it('is told without places when the clock keeps none, and how to get them', () => {
    const { clock, guard } = start();
    clock.setTimeout(() => undefined, 50);
    expect(errorOf(() => guard.expectNone()).message).toBe(
      '1 timer still alive after stop:\n  timer 1: timer, due in 50 ms\n' +
        'To see where each was created: new VirtualClock({ trackCreation: true }).',
    );
  });

  it('is nothing, when all is stopped, cleared and done', async () => {
    const { clock, guard, inspect } = start();
    const actor = createActor(bot, { clock, inspect }).start();
    const timer = clock.setTimeout(() => undefined, 50);
    createActor(
      fromPromise(() => Promise.resolve(1)),
      { clock, inspect },
    ).start();
    expect(guard.leaks()).toMatchObject({ timers: { length: 2 }, actors: { length: 3 } });
    actor.stop();
    clock.clearTimeout(timer);
    await clock.settle();
    guard.expectNone();
  });

  it('is no actor that has failed, or was never started', () => {
    const { clock, guard, inspect } = start();
    const boom = (): never => {
      throw new Error('boom');
    };
    const broken = createActor(createMachine({ id: 'broken', on: { go: { actions: boom } } }), { clock, inspect });
    broken.subscribe({ error: () => undefined });
    broken.start();
    broken.send({ type: 'go' });
    createActor(bot, { clock, inspect });
    expect(guard.leaks().actors).toEqual([]);
  });

  it('is no timer from before the watching', () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => undefined, 10);
    const guard = watchForLeaks({ clock });
    guard.expectNone();
  });

  it('is no longer named when the watching has ended', () => {
    const { clock, guard, inspect } = start();
    guard[Symbol.dispose]();
    createActor(bot, { clock, inspect }).start();
    expect(clock.pending()).toMatchObject([{ dueMs: clock.now() + 1000 }]);
    expect(clock.pending()[0]).not.toHaveProperty('what');
  });
});

describe('messaging', () => {
  it('leaves no timer and no actor behind when it is stopped, and is told to be there before', async () => {
    const { clock, guard, inspect } = start();
    const messaging = createMessaging({ channels: [scriptedChannel({ clock })], clock, inspect });
    await messaging.startInstance('scripted', { name: 'Bot' });
    await clock.settle();
    const { actors, timers } = guard.leaks();
    expect(actors.length).toBeGreaterThan(2);
    expect(timers.length).toBeGreaterThan(0);
    const stopped = messaging.stop();
    await clock.advance(60_000);
    await stopped;
    guard.expectNone();
  });
});

function errorOf(call: () => void): LeakError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(LeakError);
    return error as LeakError;
  }
  throw new Error('Expected it to throw.');
}
