import fc from 'fast-check';
import { type InstanceServer, InvalidInputError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startServer } from './running.ts';

/** All that an app may tell an instance without a channel, and waits. */
const telling: fc.Arbitrary<(server: InstanceServer) => unknown> = fc.oneof(
  fc.constantFrom<(server: InstanceServer) => unknown>(
    (server) => server.notifyConnecting(),
    (server) => server.notifyConnected(),
    (server) => server.notifyConnected({ region: 'eu' }),
    (server) => server.notifyDisconnected(),
    (server) => server.notifyDisconnected({ code: 1006 }),
    (server) => server.notifyFailure('timeout'),
    (server) => server.notifyFailure(null),
    (server) => server.notifySuccess(),
    (server) => server.notifySuccess(),
    (server) => server.retry(),
    (server) => server.notifyRestartMarker('fatal', 'oom'),
  ),
  fc.nat(3).map((attempt) => (server: InstanceServer) => server.notifyReconnectAttempt(attempt, 'again')),
);

describe('an instance without a channel', () => {
  it('does as a record what it does as an actor, from whenever it becomes one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(telling, { maxLength: 30 }), fc.nat(35), async (all, becomesAt) => {
        const options = { failureLimit: 4 };
        const [record, actor] = [startServer(options), startServer(options)];
        void actor.server.actor;
        for (const [index, tell] of all.entries()) {
          if (index === becomesAt) expect(record.server.actor.getSnapshot().status).toBe('active');
          for (const { clock, server } of [record, actor]) {
            clock.advance(7);
            tell(server);
          }
          expect(record.server.status()).toEqual(actor.server.status());
          expect(record.server.healthSnapshot()).toEqual(actor.server.healthSnapshot());
        }
        const accounts = await Promise.all([record.server.stop(), actor.server.stop()]);
        expect(accounts[0]).toEqual(accounts[1]);
        expect(record.events).toEqual(actor.events);
      }),
    );
  });

  it('is one actor to whoever asks, which shows what has been and follows what comes', () => {
    const { server } = startServer();
    server.notifyFailure('timeout');
    const { actor } = server;
    expect([actor, actor.getSnapshot().context.consecutiveFailures]).toEqual([server.actor, 1]);
    const before = actor.getSnapshot();
    const seen: unknown[] = [];
    actor.subscribe(({ value }) => seen.push(value));
    server.notifyConnected();
    actor.send({ type: 'notify.connecting' });
    expect(seen).toEqual([{ connected: 'healthy' }, 'connecting']);
    expect(server.status().status).toBe('connecting');
    expect(before.context.consecutiveFailures).toBe(1);
  });

  it('handles what its observer tells it after the event of which that was told', () => {
    const names: string[] = [];
    const { server } = startServer({
      observer: ({ name }) => {
        names.push(name);
        if (name !== 'instance.connecting') return;
        server.notifyConnected();
        names.push(server.status().status);
      },
    });
    server.notifyConnecting();
    expect(names).toEqual(['instance.started', 'instance.connecting', 'starting', 'instance.connected']);
    expect(server.status().status).toBe('connected');
  });

  it('becomes an actor in the middle of an event, for an observer that asks for it', () => {
    const seen: unknown[] = [];
    const { server } = startServer({
      observer: ({ name }) => {
        if (name === 'instance.connecting') server.actor.subscribe(({ value }) => seen.push(value));
      },
    });
    server.notifyConnecting();
    server.notifyConnected();
    expect(seen).toEqual(['connecting', { connected: 'healthy' }]);
  });

  it('has an actor also when it has ended, that says how', async () => {
    const { server } = startServer();
    await server.stop({ reason: 'moved' });
    expect(server.actor.getSnapshot()).toMatchObject({
      status: 'done',
      value: 'stopped',
      context: { stop: { reason: 'moved' } },
    });
  });

  it('is killed by a stop of its actor, and says so', async () => {
    const { events, server } = startServer();
    server.actor.stop();
    expect(await server.ended).toBe('by itself');
    expect(events.at(-1)).toMatchObject({ name: 'instance.stopped', metadata: { reason: 'killed' } });
    expect(() => server.status()).toThrow(/bot/);
  });

  it('is killed by an observer that stops its actor in the middle of an event', async () => {
    const { events, server } = startServer({
      observer: (event) => {
        events.push(event);
        if (event.name === 'instance.connecting') server.actor.stop();
      },
    });
    server.notifyConnecting();
    expect([server.isRunning, await server.ended]).toEqual([false, 'by itself']);
    expect(events.at(-1)).toMatchObject({ name: 'instance.stopped', metadata: { reason: 'killed' } });
    await expect(server.stop()).rejects.toMatchObject({ code: 'INSTANCE_STOPPED' });
  });

  it('refuses what is no reason before anything of it has changed', () => {
    const { server } = startServer();
    expect(() => server.notifyFailure(undefined as never)).toThrow(InvalidInputError);
    expect(server.status().consecutiveFailures).toBe(0);
  });
});
