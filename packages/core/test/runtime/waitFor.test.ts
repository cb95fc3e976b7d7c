import { InstanceStoppedError, WaitTimeoutError } from 'holdfast';
import { describe, expect, it, vi } from 'vitest';
import { errorOf, startServer } from './running.ts';

/** Whether a promise has settled, and how; asked after all promise jobs have run. */
function watch(promise: Promise<unknown>): { state: string } {
  const watched = { state: 'pending' };
  promise.then(
    () => {
      watched.state = 'resolved';
    },
    (error: unknown) => {
      watched.state = error instanceof Error ? error.name : String(error);
    },
  );
  return watched;
}

describe('waiting for a status', () => {
  it('ends at once when the instance is in it', async () => {
    const { server } = startServer();
    await server.waitFor('starting');
  });

  it('ends when the instance gets into it, and not before', async () => {
    const { clock, server } = startServer();
    const waiting = watch(server.waitFor('connected'));
    server.notifyConnecting();
    await clock.settle();
    expect(waiting.state).toBe('pending');
    server.notifyConnected();
    await clock.settle();
    expect(waiting.state).toBe('resolved');
  });

  it('ends although the status has changed again when its promise is looked at', async () => {
    const { server } = startServer();
    const waiting = server.waitFor('connected');
    server.notifyConnected();
    server.notifyDisconnected();
    await waiting;
  });

  it('`stopped` ends with the instance, and at once when it has stopped', async () => {
    const { server } = startServer();
    const waiting = server.waitFor('stopped');
    await server.stop();
    await waiting;
    await server.waitFor('stopped');
  });
});

describe('waiting for a condition', () => {
  it('ends at the first snapshot for which it holds', async () => {
    const { clock, server } = startServer();
    const waiting = watch(server.waitFor(({ context }) => context.consecutiveFailures >= 2));
    server.notifyFailure('one');
    await clock.settle();
    expect(waiting.state).toBe('pending');
    server.notifyFailure('two');
    await clock.settle();
    expect(waiting.state).toBe('resolved');
  });

  it('asks no more once it is over', async () => {
    const { server } = startServer();
    const isDone = vi.fn(({ context }) => context.consecutiveFailures > 0);
    const waiting = server.waitFor(isDone);
    server.notifyFailure('one');
    await waiting;
    const asked = isDone.mock.calls.length;
    server.notifyFailure('two');
    expect(isDone.mock.calls.length).toBe(asked);
  });

  it('that throws ends the wait with what it threw, at the present snapshot and at a later one', async () => {
    const { server } = startServer();
    const error = new Error('of the condition');
    const failing = (after: number) => {
      let asked = 0;
      return () => {
        asked += 1;
        if (asked > after) throw error;
        return false;
      };
    };
    expect(await errorOf(() => server.waitFor(failing(0)))).toBe(error);
    const waiting = server.waitFor(failing(1));
    server.notifyConnecting();
    expect(await errorOf(() => waiting)).toBe(error);
    expect(server.status().status).toBe('connecting');
  });
});

describe('a wait with a timeout', () => {
  it('rejects when it is over, and says what it waited for and what it found', async () => {
    const { clock, server } = startServer();
    const waiting = errorOf(() => server.waitFor('connected', { timeoutMs: 500 }));
    const watched = watch(waiting);
    server.notifyConnecting();
    await clock.advance(499);
    expect(watched.state).toBe('pending');
    await clock.advance(1);
    const error = await waiting;
    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect(error).toMatchObject({
      code: 'WAIT_TIMEOUT',
      message: 'Waited 500 ms for status "connected" of instance "bot"; it is still "connecting".',
    });
  });

  it('names a condition as one', async () => {
    const { clock, server } = startServer();
    const waiting = errorOf(() => server.waitFor(() => false, { timeoutMs: 0 }));
    await clock.advance(0);
    expect(String(await waiting)).toContain('for a condition of instance "bot"');
  });

  it('leaves no timer behind, however it ends', async () => {
    const { clock, server } = startServer();
    const controller = new AbortController();
    const waits = [
      server.waitFor('connected', { timeoutMs: 500 }),
      server.waitFor('error', { timeoutMs: 500, signal: controller.signal }),
      server.waitFor('disconnected', { timeoutMs: 500 }),
    ];
    expect(clock.pending()).toHaveLength(3);
    server.notifyConnected();
    controller.abort();
    await server.stop();
    await Promise.allSettled(waits);
    expect(clock.pending()).toEqual([]);
  });
});

describe('a wait with a signal', () => {
  it('ends when it aborts, with its reason', async () => {
    const { server } = startServer();
    const controller = new AbortController();
    const waiting = server.waitFor('connected', { signal: controller.signal });
    controller.abort('enough');
    expect(await errorOf(() => waiting)).toBe('enough');
  });

  it('does not begin when it has aborted, though the instance is in that status', async () => {
    const { server } = startServer();
    const reason = new Error('too late');
    expect(await errorOf(() => server.waitFor('starting', { signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  it('leaves no listener behind', async () => {
    const { server } = startServer();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const waiting = server.waitFor('connected', { signal });
    server.notifyConnected();
    await waiting;
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
  });
});

describe('a wait whose instance ends', () => {
  it.each([
    ['stops', (server: ReturnType<typeof startServer>['server']) => void server.stop()],
    ['is stopped by its actor', (server: ReturnType<typeof startServer>['server']) => void server.actor.stop()],
  ])('rejects when it %s', async (_, end) => {
    const { clock, server } = startServer();
    const waiting = watch(server.waitFor('connected'));
    end(server);
    await clock.settle();
    expect(waiting.state).toBe('InstanceStoppedError');
  });

  it('rejects when its chart breaks', async () => {
    let isBroken = false;
    const now = () => {
      if (!isBroken) return 0;
      isBroken = false;
      throw new Error('broken');
    };
    const { server } = startServer({ clock: { now, setTimeout: () => 0, clearTimeout: () => undefined } });
    const waiting = server.waitFor('error');
    isBroken = true;
    server.notifyConnected();
    expect(await errorOf(() => waiting)).toBeInstanceOf(InstanceStoppedError);
  });

  it('rejects at once when it had ended before', async () => {
    const { server } = startServer();
    await server.stop();
    expect(await errorOf(() => server.waitFor('connected'))).toMatchObject({ instanceId: 'bot' });
  });
});
