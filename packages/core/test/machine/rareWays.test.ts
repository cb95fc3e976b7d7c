import { outcome, VirtualClock } from '@holdfast/testing';
import { defaultReconnectPolicy, instanceMachine, selectStatusSnapshot, type TelemetryEvent } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { type AnyActor, createActor } from 'xstate';
import { startOn } from './onScriptedChannel.ts';

describe('a worker that breaks again and again', () => {
  const breakAs = (worker: string) => ({
    type: `xstate.error.actor.${worker}`,
    actorId: worker,
    error: new Error('defect'),
  });

  function start() {
    const clock = new VirtualClock();
    const events: TelemetryEvent[] = [];
    const instance = { id: 'bot', name: 'Bot', channelType: 'test' };
    const actor = createActor(instanceMachine, {
      input: { instance, observer: (event) => events.push(event), clock },
      clock,
    }).start();
    const anyActor: AnyActor = actor;
    return {
      clock,
      events,
      statusNow: () => selectStatusSnapshot(actor.getSnapshot()),
      send: anyActor.send.bind(anyActor),
    };
  }

  it.each(['connection', 'sender', 'poller'])(
    'spends the restart intensity: the sixth %s in a row is the last',
    (worker) => {
      const { events, send, statusNow } = start();
      for (let restart = 0; restart < 5; restart += 1) {
        send(breakAs(worker));
        expect(statusNow()).toMatchObject({ status: 'disconnected', substate: 'waiting' });
      }
      expect(events.filter(({ name }) => name === 'instance.child_restarted')).toHaveLength(5);
      events.length = 0;
      send(breakAs(worker));
      expect(statusNow()).toMatchObject({ status: 'error', substate: 'exhausted' });
      expect(events.map(({ name }) => name)).toEqual(['instance.parked', 'instance.error']);
    },
  );

  it('spends nothing of it that is older than its window, also when it was spent whole', () => {
    const { clock, send, statusNow } = start();
    for (let restart = 0; restart < 5; restart += 1) send(breakAs('sender'));
    clock.advanceSync(defaultReconnectPolicy.restartWindowMs + 1);
    send(breakAs('sender'));
    expect(statusNow()).toMatchObject({ status: 'disconnected', substate: 'waiting' });
  });

  it('counts one that is as old as the window', () => {
    const { clock, send, statusNow } = start();
    for (let restart = 0; restart < 5; restart += 1) send(breakAs('sender'));
    clock.advanceSync(defaultReconnectPolicy.restartWindowMs);
    send(breakAs('sender'));
    expect(statusNow()).toMatchObject({ status: 'error', substate: 'exhausted' });
  });
});

describe('an instance that is draining', () => {
  async function drain() {
    const running = await startOn({ fallback: { send: outcome.hang() } });
    void running.server.enqueue({ conversation: 'a', text: '1' });
    await running.clock.settle();
    void running.server.stop({ deadlineMs: 10_000 });
    await running.clock.settle();
    expect(running.server.status()).toMatchObject({ status: 'connected', substate: 'draining' });
    return running;
  }

  it('takes no notice of connections that others tell of', async () => {
    const { events, server } = await drain();
    events.length = 0;
    server.notifyConnecting();
    server.notifyConnected();
    server.notifyReconnectAttempt(3);
    expect(server.status()).toMatchObject({ status: 'connected', substate: 'draining' });
    expect(events).toEqual([]);
  });

  it('stops at once when it is told again', async () => {
    const { clock, events, server } = await drain();
    server.actor.send({ type: 'stop', reason: 'now' });
    await clock.settle();
    expect(server.isRunning).toBe(false);
    expect(events.at(-1)).toMatchObject({ name: 'instance.stopped', metadata: { reason: 'now' } });
  });
});
