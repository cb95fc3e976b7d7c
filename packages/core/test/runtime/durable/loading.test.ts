import { outcome } from '@holdfast/testing';
import type { InstanceServer } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { isRead } from './ProcessStore.ts';
import { failing, inDoubt, World } from './World.ts';

const message = { conversation: '42', text: 'hello' };

/** What breaks a chart: an event whose data throws when it is read. */
function breakIt(server: InstanceServer | undefined): void {
  const broken = {
    type: 'notify.failure',
    get reason(): string {
      throw new Error('unreadable');
    },
  } as const;
  server?.actor.send(broken);
}

describe('a store that cannot be read at the start', () => {
  it('no link is made before it can; the next attempt to connect reads it again', async () => {
    const world = new World({ script: { connect: [outcome.hang()] } });
    const first = await world.start();
    await first.server.enqueue(message);
    first.kill();
    const connects = world.channel.callCount('connect');
    const { events, server, store } = await world.start({
      prepare: (broken) => {
        broken.isBroken = true;
      },
    });
    await world.clock.advance(2_000);
    expect(world.channel.callCount('connect')).toBe(connects);
    expect(events.find(({ name }) => name === 'store.failed')?.metadata).toMatchObject({
      reason: 'The file is locked.',
    });
    expect(server.status().status).not.toBe('connected');
    expect(server.status().lastError).toBe('holdfast.store');
    store.isBroken = false;
    await world.clock.advance(60_000);
    expect(server.status().status).toBe('connected');
    expect(world.sentTexts).toEqual(['hello']);
  });

  it('a message that is accepted before the store is read goes after those that are in it', async () => {
    const world = new World({ script: { connect: [outcome.hang()] } });
    const first = await world.start();
    await first.server.enqueue(message);
    first.kill();
    const second = await world.start({ prepare: (store) => store.hang(isRead) });
    const accepting = second.server.enqueue({ ...message, text: 'new' });
    await world.clock.settle();
    expect(second.store.commits).toEqual([]);
    second.store.release();
    await world.clock.advance(1_000);
    await accepting;
    expect(world.sentTexts).toEqual(['hello', 'new']);
  });

  it('a message of the same millisecond as those in the store stays behind them over yet another restart', async () => {
    const world = new World({ script: { connect: [outcome.hang(), outcome.hang()] } });
    const first = await world.start();
    for (const text of ['1', '2', '3']) await first.server.enqueue({ ...message, text });
    first.kill();
    const second = world.boot();
    const server = await second.messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
    await server.enqueue({ ...message, text: '4' });
    second.kill();
    await world.start();
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual(['1', '2', '3', '4']);
  });

  it('nothing is sent or read from the peer while it hangs', async () => {
    const world = new World();
    const { server, store } = await world.start({ prepare: (slow) => slow.hang() });
    void server.enqueue(message);
    await world.clock.advance(5_000);
    expect(world.channel.callCount('connect')).toBe(0);
    store.release();
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello']);
  });

  it('a stop while it hangs settles at its deadline', async () => {
    const world = new World();
    const { messaging } = await world.start({ prepare: (slow) => slow.hang() });
    const stopped = messaging.stop({ deadlineMs: 1_000 });
    await world.clock.advance(1_000);
    expect((await stopped).get('bot')).toMatchObject({ accepted: 0 });
    expect(world.clock.pending()).toEqual([]);
  });
});

describe('a chart that broke and is started again by its supervisor', () => {
  it('goes on with its messages, its keys and its cursor', async () => {
    const world = new World();
    const { messaging, server } = await world.start();
    await server.send({ ...message, idempotencyKey: 'key' });
    world.channel.deliver({ id: 'a', conversation: '42', text: 'x' });
    await world.clock.settle();
    world.channel.append({ send: [failing({ delivered: 'no' })] });
    await server.enqueue({ ...message, text: 'second' });
    await world.clock.settle();
    breakIt(messaging.whereis('bot'));
    await world.clock.advance(60_000);
    expect(messaging.whereis('bot')).not.toBe(server);
    expect(world.sentTexts).toEqual(['hello', 'second', 'second']);
    expect(messaging.whereis('bot')?.receipt('key')).toEqual({ externalMessageId: 1 });
    expect(world.channel.connects.at(-1)?.attempt.cursor).toBe(1);
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('what it was sending is in doubt', async () => {
    const world = new World({ script: { send: [outcome.hang()] } });
    const { messaging, server } = await world.start({ instance: { sender: { unknownOutcome: 'hold' } } });
    const { jobId } = await server.enqueue(message);
    await world.clock.settle();
    breakIt(messaging.whereis('bot'));
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello']);
    expect(messaging.whereis('bot')?.delivery(jobId)).toMatchObject({ state: 'held', mayBeDelivered: true });
  });

  it('counts the restart once', async () => {
    const world = new World();
    const { messaging } = await world.start();
    breakIt(messaging.whereis('bot'));
    await world.clock.advance(1_000);
    expect(messaging.whereis('bot')?.status()).toMatchObject({ restartCount: 1, lastRestartReason: 'crash' });
  });
});

describe('what a process knows of the one before', () => {
  it('failures in a row, the last error and the restarts are those of the process before', async () => {
    const world = new World({ fallback: { connect: outcome.hang() } });
    const first = await world.start();
    first.server.notifyFailure('odd');
    first.server.notifyFailure('odder');
    await world.clock.settle();
    const second = await world.restart(first);
    expect(second.server.healthSnapshot()).toMatchObject({ consecutiveFailures: 2, lastError: 'odder' });
    expect(second.server.status()).toMatchObject({
      restartCount: 1,
      lastRestartReason: 'process_ended',
      lastRestartClass: 'recoverable',
    });
    const third = await world.restart(second);
    expect(third.server.status()).toMatchObject({ restartCount: 2 });
  });

  it('an orderly stop is no restart', async () => {
    const world = new World();
    const first = await world.start();
    await first.server.stop();
    const { server } = await world.restart(first);
    expect(server.status()).toMatchObject({ restartCount: 0, lastRestartReason: null });
  });

  it('a stop that hung with the store counts as a kill: nobody knows better', async () => {
    const world = new World();
    const first = await world.start();
    first.store.hang();
    const stopped = first.server.stop({ deadlineMs: 1_000 });
    await world.clock.advance(1_000);
    await stopped;
    const { server } = await world.restart(first);
    expect(server.status()).toMatchObject({ restartCount: 1, lastRestartReason: 'process_ended' });
  });

  it('a record of another version is left alone', async () => {
    const world = new World();
    const snapshot = { version: 99, value: { from: 'the future' } };
    await world.disk.commit([{ type: 'snapshot.put', instanceId: 'bot', snapshot }]);
    const { server } = await world.start();
    expect(server.status()).toMatchObject({ status: 'connected', restartCount: 0 });
  });

  it('holds no credential', async () => {
    const world = new World();
    const { server } = await world.start({ instance: { credentials: { token: '123:secret' } } });
    server.notifyFailure('odd');
    await world.clock.settle();
    expect((await world.stored()).snapshot?.value).toMatchObject({
      instance: { id: 'bot', name: 'Bot' },
      isRunning: true,
    });
    expect(JSON.stringify(await world.stored())).not.toContain('secret');
  });

  it('a record that could not be written is written with the next change', async () => {
    const world = new World({ script: { send: [inDoubt] } });
    const first = await world.start();
    first.store.failNext('rejected', ({ type }) => type === 'snapshot.put');
    first.server.notifyFailure('odd');
    await world.clock.settle();
    expect((await world.stored()).snapshot?.value).toMatchObject({ consecutiveFailures: 0 });
    first.server.notifyFailure('odder');
    await world.clock.settle();
    expect((await world.stored()).snapshot?.value).toMatchObject({ consecutiveFailures: 2, lastError: 'odder' });
  });
});
