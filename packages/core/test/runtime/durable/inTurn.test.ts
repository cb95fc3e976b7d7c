import { outcome } from '@holdfast/testing';
import type { EnqueueOptions, OutboundMessage } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startMs } from '../running.ts';
import { isFate } from './ProcessStore.ts';
import { failing, type Running, World } from './World.ts';

const message = { conversation: '42', text: 'hello', idempotencyKey: 'key' };

describe('J6: a message that was given up, and the one behind it', () => {
  const noBackoff = { unknownOutcome: 'retry', baseBackoffMs: 10_000, maxBackoffMs: 10_000 } as const;

  /** The first waits to be tried again, the second for the first. */
  async function waiting(first: Partial<OutboundMessage> = {}, options: Partial<EnqueueOptions> = {}) {
    const world = new World({ script: { send: [failing({ delivered: 'no' })] } });
    const process = await world.start({ instance: { sender: noBackoff } });
    const { settled } = await process.server.enqueue({ ...message, text: 'first', ...first }, options);
    settled.catch(() => undefined);
    await process.server.enqueue({ ...message, text: 'second', idempotencyKey: 'second' });
    await world.clock.settle();
    return { world, process };
  }

  async function expectNoReturn(world: World, process: Running): Promise<void> {
    expect(world.sentTexts).toEqual(['first', 'second']);
    const second = await world.restart(process);
    await world.clock.advance(60_000);
    expect(world.sentTexts.filter((text) => text === 'first')).toHaveLength(1);
    await second.server.stop();
  }

  it('is not found again by the next process when it was withdrawn, that could not be written, and the next one went', async () => {
    const abort = new AbortController();
    const { process, world } = await waiting({}, { signal: abort.signal });
    process.store.failNext('rejected', isFate);
    process.store.dieAtCommit(2, false);
    abort.abort();
    await world.clock.settle();
    await expectNoReturn(world, process);
  });

  it('nor when it had expired', async () => {
    const { process, world } = await waiting({ expiresAt: startMs + 1_000 });
    process.store.failNext('rejected', isFate);
    process.store.dieAtCommit(2, false);
    await world.clock.advance(1_000);
    await expectNoReturn(world, process);
  });

  it('nor when its end was late already, and is late again with that of another', async () => {
    const abort = new AbortController();
    const { process, world } = await waiting({ expiresAt: startMs + 1_000 });
    await process.server.enqueue({ ...message, text: 'between', idempotencyKey: 'between' }, { signal: abort.signal });
    await process.server.enqueue({ ...message, text: 'last', idempotencyKey: 'last' });
    process.store.failNext('rejected', isFate);
    process.store.failNext('rejected', isFate);
    world.channel.append({ send: [outcome.hang()] });
    abort.abort();
    await world.clock.advance(999);
    process.store.dieAtCommit(2, false);
    await world.clock.advance(1);
    await world.restart(process);
    await world.clock.advance(60_000);
    expect(world.sentTexts).not.toContain('between');
    expect(world.sentTexts).toContain('last');
  });

  it('nor when the next one is accepted and goes at once', async () => {
    const abort = new AbortController();
    const world = new World({ script: { send: [failing({ delivered: 'no' })] } });
    const process = await world.start({ instance: { sender: noBackoff } });
    const first = await process.server.enqueue({ ...message, text: 'first' }, { signal: abort.signal });
    first.settled.catch(() => undefined);
    await world.clock.settle();
    process.store.failNext('rejected', isFate);
    process.store.dieAtCommit(1, false);
    abort.abort();
    void process.server.enqueue({ conversation: message.conversation, text: 'second' });
    await world.clock.settle();
    await expectNoReturn(world, process);
  });

  it('is written down before all that is asked for meanwhile, in the order in which that is asked for', async () => {
    const abort = new AbortController();
    const { process, world } = await waiting({}, { signal: abort.signal });
    const { commits } = process.store;
    const before = commits.length;
    abort.abort();
    for (const text of ['third', 'fourth']) void process.server.enqueue({ conversation: 'other', text });
    await world.clock.settle();
    const written = commits
      .slice(before)
      .map((changes) =>
        changes.map((change) => (change.type === 'outbox.put' ? change.entry.message.text : change.type)),
      );
    expect(written.slice(0, 3)).toEqual([['outbox.remove'], ['third'], ['fourth']]);
    const { outbox } = await world.stored();
    expect(outbox).toEqual([]);
  });
});

describe('J6: what waits for its turn', () => {
  it('has it before what an app asks for when it learns what it waited for', async () => {
    const abort = new AbortController();
    const world = new World({ script: { send: [failing({ delivered: 'no' })] } });
    const { server, store } = await world.start({ instance: { sender: { baseBackoffMs: 10_000 } } });
    const { settled } = await server.enqueue({ conversation: 'a', text: 'first' }, { signal: abort.signal });
    await world.clock.settle();
    const before = store.commits.length;
    const told = settled.catch(() => server.enqueue({ conversation: 'c', text: 'after' }));
    abort.abort();
    void server.enqueue({ conversation: 'b', text: 'meanwhile' });
    await Promise.all([told, world.clock.settle()]);
    const written = store.commits.slice(before).flat();
    const texts = written.map((change) => (change.type === 'outbox.put' ? change.entry.message.text : change.type));
    expect(texts.filter((text) => text !== 'snapshot.put').slice(0, 3)).toEqual([
      'outbox.remove',
      'meanwhile',
      'after',
    ]);
  });
});

describe('J6: what was late, and what came after it', () => {
  const refusal = failing({ scope: 'message', code: 'peer.refused', delivered: 'no' });

  /** A dead letter, and a replay of it that left something late: it was refused by the store, or given up and not written. */
  async function withLetter(how: 'refused' | 'given up') {
    const world = new World({ script: { send: [refusal] }, capabilities: { maxInFlight: 4 } });
    const process = await world.start({ instance: { sender: { unknownOutcome: 'fail' } } });
    const { deadLetters } = process.messaging;
    const { jobId: id } = await process.server.enqueue({ conversation: '42', text: 'hello' });
    await world.clock.advance(10_000);
    if (how === 'refused') {
      process.store.failNext('rejected');
      await expect(deadLetters.replay('bot', id)).rejects.toMatchObject({ code: 'NOT_STORED' });
    } else {
      world.channel.append({ send: [refusal] });
      process.store.failNext('rejected', isFate);
      const { settled } = await deadLetters.replay('bot', id);
      await expect(settled).rejects.toThrow();
    }
    return { world, process, deadLetters, id };
  }

  describe.each(['refused', 'given up'] as const)('a replay that was %s, and is accepted anew', (how) => {
    /** While it is written, a message of another conversation goes at once. */
    async function replayed() {
      const all = await withLetter(how);
      const { deadLetters, id, process, world } = all;
      world.channel.append({ send: [outcome.hang(), outcome.hang()] });
      process.store.hang(isFate);
      let isAccepted = false;
      void deadLetters.replay('bot', id).then(() => {
        isAccepted = true;
      });
      await world.clock.settle();
      void process.server.enqueue({ conversation: '43', text: 'other' });
      await world.clock.settle();
      return { ...all, isAccepted: () => isAccepted };
    }

    it('is on its way, and its letter is no dead one meanwhile', async () => {
      const { deadLetters, id, process, world } = await replayed();
      process.store.release();
      await world.clock.settle();
      expect(await world.letters()).toMatchObject([{ id, state: 'replaying' }]);
      expect(await deadLetters.purge({})).toBe(0);
    });

    it('is in the store when the process is killed', async () => {
      const { id, isAccepted, process, world } = await replayed();
      process.store.dieAtCommit(2, false);
      process.store.release();
      await world.clock.settle();
      expect([process.isDead, isAccepted()]).toEqual([true, true]);
      expect((await world.stored()).outbox.map(({ jobId }) => jobId)).toContain(`replay:${id}`);
    });
  });

  it('a replay that is accepted while a commit fails that carries what was late comes after that', async () => {
    const { deadLetters, id, process, world } = await withLetter('given up');
    const letter = await deadLetters.get('bot', id);
    if (!letter) throw new Error('The letter is gone.');
    world.channel.append({ send: [outcome.hang()] });
    process.store.hang(isFate);
    process.store.failNext('rejected', isFate);
    const refused = process.server.enqueue({ conversation: '42', text: 'refused' }).catch((error: unknown) => error);
    await world.clock.settle();
    void process.server.replay(letter);
    await world.clock.settle();
    process.store.release();
    expect(await refused).toMatchObject({ code: 'NOT_STORED' });
    await world.clock.settle();
    expect((await world.stored()).outbox.map(({ jobId }) => jobId)).toContain(`replay:${id}`);
    expect(await world.letters()).toMatchObject([{ id, state: 'replaying' }]);
  });

  it.each(['remove', 'archive'] as const)('a dead letter that was seen to (%s) does not come back', async (call) => {
    const world = new World({
      script: { send: [outcome.delayed(1_000, refusal), outcome.hang()] },
      capabilities: { maxInFlight: 4 },
    });
    const { messaging, server, store } = await world.start();
    const { jobId: id } = await server.enqueue({ conversation: '42', text: 'hello' });
    await server.enqueue({ conversation: '42', text: 'second' });
    store.failNext('rejected', isFate);
    await world.clock.advance(1_000);
    expect(await world.letters()).toMatchObject([{ id, state: 'dead' }]);
    await messaging.deadLetters[call]('bot', id);
    await server.enqueue({ conversation: '42', text: 'third' });
    expect(await world.letters()).toMatchObject(call === 'remove' ? [] : [{ state: 'archived' }]);
  });
});
