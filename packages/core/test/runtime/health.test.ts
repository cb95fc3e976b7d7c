import { outcome } from '@holdfast/testing';
import { InstanceStoppedError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, instance, startMs, startOnChannel, startServer } from './running.ts';

const missing = { status: 'missing', totalChildren: 0, runningChildren: 0, children: {} };

const fresh = {
  status: 'starting',
  substate: null,
  instanceId: 'bot',
  channelType: 'telegram',
  name: 'Bot',
  connectedAt: null,
  consecutiveFailures: 0,
  lastError: null,
  reconnectAttempt: 0,
  restartCount: 0,
  lastRestartReason: null,
  lastRestartClass: null,
  childHealthSummary: missing,
};

describe('the status', () => {
  it('of a fresh instance has every field, and nothing to tell', () => {
    expect(startServer().server.status()).toEqual({ ...fresh, startedAt: startMs });
  });

  it('shows when the instance was connected last, also after the connection is gone', () => {
    const { clock, server } = startServer();
    clock.advanceSync(50);
    server.notifyConnected();
    clock.advanceSync(50);
    server.notifyDisconnected('gone');
    expect(server.status()).toMatchObject({ connectedAt: startMs + 50, startedAt: startMs, substate: 'waiting' });
  });

  it('is of that moment: a snapshot does not change any more', () => {
    const { server } = startServer();
    const before = server.status();
    server.notifyConnected();
    expect(before.status).toBe('starting');
  });
});

describe('the health', () => {
  it('of a fresh instance is its status with an uptime, an empty queue, and not ready', () => {
    const { clock, server } = startServer();
    clock.advanceSync(1_234);
    expect(server.healthSnapshot()).toEqual({ ...fresh, uptimeMs: 1_234, senderQueueDepth: 0, ready: false });
  });

  it.each([
    ['connecting', false],
    ['connected', true],
    ['disconnected', false],
    ['error', false],
  ] as const)('says of an instance that is %s: ready %s', (status, ready) => {
    const { server } = startServer({ failureLimit: 1 });
    if (status === 'connecting') server.notifyConnecting();
    if (status === 'connected') server.notifyConnected();
    if (status === 'disconnected') server.notifyDisconnected();
    if (status === 'error') server.notifyFailure('x');
    expect(server.healthSnapshot()).toMatchObject({ status, ready });
  });

  it('says of a draining instance that it is not ready, though it is connected', async () => {
    const { clock, server } = await startOnChannel();
    const sending = await server.enqueue({ conversation: '1', text: 'x' });
    const stopping = server.stop({ deadlineMs: 5_000 });
    expect(server.healthSnapshot()).toMatchObject({ status: 'connected', substate: 'draining', ready: false });
    await clock.advance(5_000);
    await Promise.all([sending.settled, stopping]);
  });

  it('has no uptime below 0 when the clock is set back', () => {
    let nowMs = startMs;
    const clock = { now: () => nowMs, setTimeout: () => 0, clearTimeout: () => undefined };
    const { server } = startServer({ clock });
    nowMs -= 60_000;
    expect(server.healthSnapshot().uptimeMs).toBe(0);
  });
});

describe('the children of an instance', () => {
  it('are missing without a channel', () => {
    expect(startServer().server.status().childHealthSummary).toEqual(missing);
  });

  it('are its connection, Poller and Sender', async () => {
    const { server } = await startOnChannel();
    expect(server.status().childHealthSummary).toEqual({
      status: 'ok',
      totalChildren: 3,
      runningChildren: 3,
      children: { connection: 'up', poller: 'up', sender: 'up' },
    });
  });

  it('have no Poller while there is no link', async () => {
    const { channel, clock, server } = await startOnChannel();
    channel.links[0]?.drop();
    await clock.settle();
    expect(server.status().childHealthSummary).toMatchObject({
      totalChildren: 3,
      runningChildren: 2,
      children: { connection: 'up', poller: 'down', sender: 'up' },
    });
  });

  it('have no Poller at all on a channel that only sends', async () => {
    const { server } = await startOnChannel({ channel: { capabilities: { inbound: 'none' } } });
    expect(server.status().childHealthSummary).toMatchObject({
      totalChildren: 2,
      children: { connection: 'up', sender: 'up' },
    });
  });
});

describe('the queue depth', () => {
  it('is what the Sender of your own says, while it is attached', () => {
    const { server } = startServer();
    let depth = 3;
    const detach = server.attachSender({ queueDepth: () => depth });
    expect(server.healthSnapshot().senderQueueDepth).toBe(3);
    depth = 5;
    expect(server.healthSnapshot().senderQueueDepth).toBe(5);
    detach();
    expect(server.healthSnapshot().senderQueueDepth).toBe(0);
  });

  it('counts what is queued, waiting and in flight on a channel', async () => {
    const { channel, clock, server } = await startOnChannel({ channel: { script: { send: [outcome.hang()] } } });
    for (const text of ['in flight', 'queued', 'queued too']) void server.enqueue({ conversation: '1', text });
    await clock.settle();
    expect(channel.sends).toHaveLength(1);
    expect(server.healthSnapshot().senderQueueDepth).toBe(3);
    channel.sends[0]?.answer(outcome.ok());
    await clock.settle();
    expect(server.healthSnapshot().senderQueueDepth).toBe(0);
  });

  it('is of the Sender that was attached last; a detached one never comes back, in whatever order they go', () => {
    const { server } = startServer();
    const detachFirst = server.attachSender({ queueDepth: () => 1 });
    const detachSecond = server.attachSender({ queueDepth: () => 2 });
    expect(server.healthSnapshot().senderQueueDepth).toBe(2);
    detachFirst();
    expect(server.healthSnapshot().senderQueueDepth).toBe(2);
    detachSecond();
    detachSecond();
    expect(server.healthSnapshot().senderQueueDepth).toBe(0);
  });

  it('is that of the channel again when a Sender of your own is gone', async () => {
    const { server } = await startOnChannel({ channel: { fallback: { connect: outcome.hang() } } });
    const detach = server.attachSender({ queueDepth: () => 7 });
    void server.enqueue({ conversation: '1', text: 'x' });
    expect(server.healthSnapshot().senderQueueDepth).toBe(7);
    detach();
    expect(server.healthSnapshot().senderQueueDepth).toBe(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('dead');
      },
    ],
    ['answers NaN', () => Number.NaN],
    ['answers -1', () => -1],
    ['answers nothing', () => undefined as unknown as number],
  ])('is 0, and the health is told all the same, when the Sender %s', (_, queueDepth) => {
    const { server } = startServer();
    server.attachSender({ queueDepth });
    expect(server.healthSnapshot()).toMatchObject({ status: 'starting', senderQueueDepth: 0 });
  });
});

describe('a stopped instance', () => {
  it.each(['status', 'healthSnapshot'] as const)('refuses to tell its %s (V1)', async (question) => {
    const { server } = startServer();
    await server.stop();
    const error = await errorOf(() => server[question]());
    expect(error).toBeInstanceOf(InstanceStoppedError);
    expect(error).toMatchObject({ code: 'INSTANCE_STOPPED', instanceId: instance.id });
  });

  it('asks no Sender', async () => {
    const { server } = startServer();
    let asked = 0;
    server.attachSender({ queueDepth: () => (asked += 1) });
    await server.stop();
    await errorOf(() => server.healthSnapshot());
    expect(asked).toBe(0);
  });

  it('still shows its record', async () => {
    const { server } = startServer();
    await server.stop();
    expect(server.instance).toMatchObject(instance);
  });
});
