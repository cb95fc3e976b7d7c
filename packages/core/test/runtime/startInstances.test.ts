import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging, InvalidInputError, type StartProgress } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, twoChannels } from './running.ts';

/** A messaging whose peers take 100 ms to answer a connect. */
function slow() {
  const clock = new VirtualClock({ startMs: 0 });
  const channel = scriptedChannel({ clock, fallback: { connect: outcome.delayed(100, outcome.ok()) } });
  const progress: StartProgress[] = [];
  const onProgress = (now: StartProgress): void => void progress.push(now);
  return { clock, messaging: createMessaging({ channels: [channel], clock }), onProgress, progress };
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ channelType: 'scripted', id: `i${index}`, name: 'I' }) as const);

describe('startInstances', () => {
  it('starts all, in their order, with no more at their first attempt than are allowed', async () => {
    const { clock, messaging, onProgress, progress } = slow();
    const starting = messaging.startInstances(numbered(250), { maxConnecting: 100, onProgress });
    await clock.settle();
    expect(progress.at(-1)).toEqual({ total: 250, started: 100, failed: 0, connecting: 100 });
    await clock.advance(100);
    expect(progress.at(-1)).toEqual({ total: 250, started: 200, failed: 0, connecting: 100 });
    await clock.advance(1_000);
    const { failed, started } = await starting;
    expect([failed.length, started.length, started[249]?.instance.id]).toEqual([0, 250, 'i249']);
    expect(Math.max(...progress.map(({ connecting }) => connecting))).toBe(100);
    expect(progress.at(-1)).toEqual({ total: 250, started: 250, failed: 0, connecting: 0 });
  });

  it('resolves when the last has been started, and not when that is connected', async () => {
    const { clock, messaging } = slow();
    const { started } = await messaging.startInstances(numbered(2));
    expect(started.map((server) => server.status().status)).toEqual(['starting', 'starting']);
    await clock.advance(100);
    expect(started.map((server) => server.status().status)).toEqual(['connected', 'connected']);
  });

  it('an attempt that fails, and an instance that is stopped during it, give their places to others', async () => {
    const { clock, messaging, progress, onProgress } = slow();
    const starting = messaging.startInstances(numbered(3), { maxConnecting: 1, onProgress });
    await clock.settle();
    void messaging.stopInstance('i0', { deadlineMs: 0 });
    await clock.settle();
    expect(progress.at(-1)?.started).toBe(2);
    await clock.advance(1_000);
    expect((await starting).started).toHaveLength(3);
  });

  it('one that cannot be started keeps none of the others from it', async () => {
    const { messaging } = slow();
    const [first, second] = numbered(2);
    const wrong = { channelType: 'scripted', name: '' } as const;
    const { failed, started } = await messaging.startInstances(
      [first, wrong, first, second].filter((one) => one !== undefined),
    );
    expect(started.map(({ instance }) => instance.id)).toEqual(['i0', 'i1']);
    expect(failed).toMatchObject([
      { instanceId: undefined, error: { code: 'INVALID_INPUT' } },
      { instanceId: 'i0', error: { code: 'ALREADY_STARTED' } },
    ]);
  });

  it('takes what comes one after the other, of which nobody knows how many there will be', async () => {
    const { messaging, onProgress, progress } = slow();
    async function* some() {
      yield* numbered(3);
    }
    const { started } = await messaging.startInstances(some(), { onProgress });
    expect([started.length, progress.at(-1)?.total]).toEqual([3, undefined]);
  });

  it('starts on the channel that each one names', async () => {
    const { messaging } = twoChannels();
    const { started } = await messaging.startInstances([
      { channelType: 'two', name: 'B' },
      { channelType: 'one', name: 'A' },
    ]);
    expect(started.map(({ instance }) => instance.channelType)).toEqual(['two', 'one']);
  });

  it('starts no more when its signal aborts, and leaves those alone that run', async () => {
    const { clock, messaging } = slow();
    const abort = new AbortController();
    const starting = messaging.startInstances(numbered(5), { maxConnecting: 2, signal: abort.signal });
    await clock.settle();
    abort.abort();
    await clock.advance(200);
    expect((await starting).started).toHaveLength(2);
    expect(messaging.countInstances()).toBe(2);
  });

  it('starts no more when its signal aborts while it waits for a place, or for the next of its list', async () => {
    const { clock, messaging } = slow();
    const abort = new AbortController();
    async function* endless() {
      yield* numbered(1);
      await new Promise(() => undefined);
    }
    const waiting = [
      messaging.startInstances(numbered(5).slice(1), { maxConnecting: 1, signal: abort.signal }),
      messaging.startInstances(endless(), { signal: abort.signal }),
    ];
    await clock.settle();
    abort.abort();
    expect((await Promise.all(waiting)).map(({ started }) => started.length)).toEqual([1, 1]);
  });

  it('starts no more when the messaging stops, and leaves nothing running', async () => {
    const { clock, messaging } = slow();
    const starting = messaging.startInstances(numbered(5), { maxConnecting: 1 });
    await clock.settle();
    const stopped = messaging.stop();
    await clock.advance(10_000);
    await stopped;
    expect((await starting).started).toHaveLength(1);
    expect(messaging.countInstances()).toBe(0);
    const again = await messaging.startInstances(numbered(2));
    expect(again.started).toHaveLength(2);
  });

  it('one that ends as soon as it starts gives its place to the next', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const messaging = createMessaging({
      channels: [scriptedChannel({ clock })],
      clock,
      observer: ({ metadata }) => {
        const server = messaging.whereis(String(metadata['instanceId']));
        if (server?.isRunning && !server.isStopping) void server.stop({ deadlineMs: 0 });
      },
    });
    const starting = messaging.startInstances(numbered(3), { maxConnecting: 1 });
    await clock.advance(0);
    expect((await starting).started).toHaveLength(3);
  });

  it.each([
    () => {
      throw new Error('of a progress bar');
    },
    async () => Promise.reject(new Error('of a progress bar')),
  ])('goes on when whoever watches throws or rejects', async (onProgress) => {
    const { messaging } = slow();
    expect((await messaging.startInstances(numbered(2), { onProgress })).started).toHaveLength(2);
  });

  it('a list that throws ends there, and what it threw is the last failure', async () => {
    const { messaging } = slow();
    function* breaking() {
      yield* numbered(1);
      throw new Error('of a list');
    }
    const { failed, started } = await messaging.startInstances(breaking());
    expect([started.length, failed]).toMatchObject([1, [{ instanceId: undefined, error: { message: 'of a list' } }]]);
  });

  it('what is no instance is a failure of its own', async () => {
    const { messaging } = slow();
    const { failed, started } = await messaging.startInstances([null as never, ...numbered(1)]);
    expect([started.length, failed]).toMatchObject([1, [{ error: { code: 'INVALID_INPUT' } }]]);
  });

  it.each([undefined, 5])('refuses %s, which is no list', async (list) => {
    const { messaging } = slow();
    expect(await errorOf(() => messaging.startInstances(list as never))).toBeInstanceOf(InvalidInputError);
  });

  it('refuses a signal that is none', async () => {
    const { messaging } = slow();
    const starting = messaging.startInstances(numbered(1), { signal: 3 as never });
    expect(await errorOf(() => starting)).toBeInstanceOf(InvalidInputError);
  });

  it('lets timers and sockets have their turn in between', async () => {
    const { clock, messaging } = slow();
    const order: string[] = [];
    function* busy() {
      for (const one of numbered(3)) {
        clock.jump(10);
        order.push(one.id);
        yield one;
      }
    }
    clock.setTimeout(() => order.push('other work'), 0);
    const starting = messaging.startInstances(busy());
    for (let turn = 0; turn < 4; turn += 1) await clock.advance(0);
    await starting;
    expect(order).toEqual(['i0', 'other work', 'i1', 'i2']);
  });

  it.each([0, 1.5, Number.NaN, '3'])('refuses %s at once', async (maxConnecting) => {
    const { messaging } = slow();
    const starting = messaging.startInstances(numbered(1), { maxConnecting: maxConnecting as number });
    expect(await errorOf(() => starting)).toBeInstanceOf(InvalidInputError);
    expect(messaging.countInstances()).toBe(0);
  });

  it('refuses a progress bar that is no function', async () => {
    const { messaging } = slow();
    const starting = messaging.startInstances([], { onProgress: 'bar' as never });
    expect(await errorOf(() => starting)).toBeInstanceOf(InvalidInputError);
  });
});
