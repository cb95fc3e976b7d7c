import { describe, expect, it } from 'vitest';
import { doubt, empty, failure, openOutbox, receipt } from './openOutbox.ts';

describe('within one conversation', () => {
  it('messages leave in the order in which they came, one at a time (O1)', () => {
    const { accept, idAt, outbox, take } = openOutbox();
    for (const id of ['1', '2', '3']) accept(id);
    const first = take();
    expect(first.message.id).toBe('1');
    expect(idAt(0)).toBeUndefined();
    outbox.sent(first, receipt);
    expect(idAt(0)).toBe('2');
  });

  it('a message that waits for a retry holds back those after it, until its time has come (O1)', () => {
    const { accept, idAt, outbox, take } = openOutbox();
    accept('1');
    accept('2');
    outbox.retry(take(), 1_000);
    expect(idAt(999)).toBeUndefined();
    expect(idAt(1_000)).toBe('1');
  });

  it('a message that is given up makes room for the next one', () => {
    const { accept, fatesOf, idAt, outbox, take } = openOutbox();
    accept('1');
    accept('2');
    const job = take();
    job.attempts = 3;
    outbox.failed(job, failure);
    expect(fatesOf('1')).toEqual([{ outcome: 'failed', failure, attempts: 3 }]);
    expect(idAt(0)).toBe('2');
  });

  it('a message that is released can be taken again at once', () => {
    const { accept, idAt, outbox, take } = openOutbox();
    accept('1');
    outbox.release(take());
    expect(idAt(0)).toBe('1');
  });
});

describe('between conversations', () => {
  it('a retry holds back its own conversation and no other (O1)', () => {
    const { accept, idAt, outbox, take } = openOutbox();
    accept('a1', 'a');
    accept('b1', 'b');
    outbox.retry(take(), 1_000);
    expect(idAt(0)).toBe('b1');
  });

  it('conversations take turns: a long one does not keep a short one waiting', () => {
    const { accept, outbox, take } = openOutbox();
    for (const id of ['a1', 'a2', 'a3']) accept(id, 'a');
    accept('b1', 'b');
    const order: string[] = [];
    while (outbox.size > 0) {
      const job = take();
      order.push(job.message.id);
      outbox.sent(job, receipt);
    }
    expect(order).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('two messages with one key are never in flight together, though they are in two conversations (O4)', () => {
    const { accept, idAt, outbox, take } = openOutbox();
    accept('a1', 'a', { idempotencyKey: 'key' });
    accept('b1', 'b', { idempotencyKey: 'key' });
    accept('c1', 'c', { idempotencyKey: 'other' });
    const first = take();
    expect(first.message.id).toBe('a1');
    expect(idAt(0)).toBe('c1');
    expect(idAt(0)).toBeUndefined();
    outbox.sent(first, receipt);
    expect(idAt(0)).toBe('b1');
  });

  it('a message that is withdrawn while another is in flight with its key does not give the key free (O4)', () => {
    const { accept, idAt, outbox } = openOutbox();
    accept('a1', 'a', { idempotencyKey: 'key' });
    accept('b1', 'b', { idempotencyKey: 'key' });
    expect(idAt(0)).toBe('a1');
    expect(outbox.withdraw('job-b1')).toBe(true);
    accept('c1', 'c', { idempotencyKey: 'key' });
    expect(idAt(0)).toBeUndefined();
  });

  it('one that had nothing left comes back behind those that came meanwhile', () => {
    const { accept, idAt, outbox, take } = openOutbox();
    accept('a1', 'a');
    outbox.sent(take(), receipt);
    accept('b1', 'b');
    accept('a2', 'a');
    expect([idAt(0), idAt(0)]).toEqual(['b1', 'a2']);
  });

  it.each(['retry', 'release', 'hold', 'failed', 'unknown'] as const)('%s gives the key free too', (end) => {
    const { accept, idAt, outbox, take } = openOutbox();
    accept('a1', 'a', { idempotencyKey: 'key' });
    accept('b1', 'b', { idempotencyKey: 'key' });
    const first = take();
    if (end === 'retry') outbox.retry(first, 1_000);
    if (end === 'release') outbox.release(first);
    if (end === 'hold') outbox.hold(first);
    if (end === 'failed') outbox.failed(first, failure);
    if (end === 'unknown') outbox.unknown(first, doubt);
    expect(idAt(0)).toBe(end === 'release' ? 'a1' : 'b1');
  });
});

describe('the capacity', () => {
  it('counts what is queued, waiting and in flight; one more is refused and leaves no trace (O2)', () => {
    const { accept, fatesOf, outbox, take } = openOutbox({ capacity: 3 });
    accept('1', 'a');
    accept('2', 'b');
    accept('3', 'c');
    outbox.retry(take(), 1_000);
    take();
    expect(outbox.size).toBe(3);
    expect(accept('4', 'd')).toBe('full');
    expect(outbox.account).toEqual({ ...empty, accepted: 3 });
    expect(fatesOf('4')).toEqual([]);
  });

  it('has room again as soon as one is settled', () => {
    const { accept, outbox, take } = openOutbox({ capacity: 1 });
    accept('1');
    outbox.sent(take(), receipt);
    expect(accept('2')).not.toBe('full');
  });
});

describe('a pause', () => {
  it('holds back everything until its end, and an earlier end does not shorten it', () => {
    const { accept, idAt, outbox } = openOutbox();
    accept('1');
    outbox.pause(1_000);
    outbox.pause(500);
    expect(idAt(999)).toBeUndefined();
    expect(idAt(1_000)).toBe('1');
  });
});

describe('when something becomes due', () => {
  it('is undefined while nothing waits for a time', () => {
    const { accept, outbox, take } = openOutbox();
    expect(outbox.nextDueMs(0)).toBeUndefined();
    accept('1');
    expect(outbox.nextDueMs(0)).toBeUndefined();
    take();
    expect(outbox.nextDueMs(0)).toBeUndefined();
  });

  it('is the earliest of the retries', () => {
    const { accept, outbox, take } = openOutbox();
    accept('1', 'a');
    accept('2', 'b');
    outbox.retry(take(), 2_000);
    outbox.retry(take(), 1_000);
    expect(outbox.nextDueMs(0)).toBe(1_000);
    expect(outbox.nextDueMs(1_000)).toBe(2_000);
  });

  it('is the end of the pause for what would be due before it', () => {
    const { accept, outbox, take } = openOutbox();
    accept('1');
    outbox.retry(take(), 1_000);
    outbox.pause(3_000);
    expect(outbox.nextDueMs(0)).toBe(3_000);
  });
});

describe('receipts', () => {
  it('are found under the idempotency key of what was sent', () => {
    const { accept, outbox, take } = openOutbox();
    accept('1', 'c', { idempotencyKey: 'key' });
    expect(outbox.receipt('key')).toBeUndefined();
    outbox.sent(take(), receipt);
    expect(outbox.receipt('key')).toBe(receipt);
    expect(outbox.receipt('1')).toBeUndefined();
  });

  it('of the oldest keys are forgotten once there are more than the cache holds', () => {
    const { accept, outbox, take } = openOutbox({ sentCacheSize: 2 });
    for (const id of ['1', '2', '3']) {
      accept(id);
      outbox.sent(take(), { externalMessageId: id });
    }
    expect(['1', '2', '3'].map((key) => outbox.receipt(key)?.externalMessageId)).toEqual([undefined, '2', '3']);
  });

  it('stay the first one of their key', () => {
    const { accept, outbox, take } = openOutbox();
    for (const id of ['1', '2']) {
      accept(id, 'c', { idempotencyKey: 'key' });
      outbox.sent(take(), { externalMessageId: id });
    }
    expect(outbox.receipt('key')).toEqual({ externalMessageId: '1' });
  });

  it('are not made by what failed', () => {
    const { accept, outbox, take } = openOutbox();
    accept('1');
    outbox.failed(take(), failure);
    expect(outbox.receipt('1')).toBeUndefined();
  });
});

describe('handing back', () => {
  it('returns what is left, in the order of each conversation, and settles each once', () => {
    const { accept, fatesOf, outbox, take } = openOutbox();
    for (const id of ['a1', 'a2']) accept(id, 'a');
    for (const id of ['b1', 'b2', 'b3']) accept(id, 'b');
    outbox.sent(take(), receipt);
    const { handedBack, uncertain } = outbox.handBack();
    expect(handedBack.map(({ id }) => id).filter((id) => id.startsWith('a'))).toEqual(['a2']);
    expect(handedBack.map(({ id }) => id).filter((id) => id.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
    expect(uncertain).toEqual([]);
    expect(['a2', 'b1', 'b2', 'b3'].map(fatesOf)).toEqual(Array(4).fill([{ outcome: 'handedBack' }]));
    expect(fatesOf('a1')).toEqual([{ outcome: 'sent', receipt }]);
    expect(outbox.size).toBe(0);
  });

  it('R8: what is in flight, and what was in doubt, is uncertain and counted as unknown (O3, O5)', () => {
    const { accept, fatesOf, outbox, take } = openOutbox();
    for (const id of ['waits', 'flies', 'held', 'certain']) accept(id, id);
    outbox.retry(take(), 1_000, doubt);
    take();
    outbox.hold(take(), doubt);
    outbox.retry(take(), 1_000);
    const { handedBack, uncertain } = outbox.handBack();
    expect(handedBack.map(({ id }) => id)).toEqual(['certain']);
    expect(uncertain.map(({ id }) => id)).toEqual(['waits', 'flies', 'held']);
    expect(outbox.account).toEqual({ ...empty, accepted: 4, unknown: 3 });
    expect(fatesOf('waits')).toEqual([{ outcome: 'unknown', failure: doubt }]);
    expect(fatesOf('flies')).toEqual([{ outcome: 'unknown', failure: null }]);
  });

  it.each(['sent', 'failed', 'unknown', 'retry', 'hold', 'release'] as const)(
    'makes %s of a late answer change nothing',
    (late) => {
      const { accept, fatesOf, outbox, take } = openOutbox();
      accept('1');
      accept('2');
      const job = take();
      outbox.handBack();
      const before = { account: outbox.account, size: outbox.size };
      if (late === 'sent') outbox.sent(job, receipt);
      if (late === 'failed') outbox.failed(job, failure);
      if (late === 'unknown') outbox.unknown(job, doubt);
      if (late === 'retry') outbox.retry(job, 0);
      if (late === 'hold') outbox.hold(job);
      if (late === 'release') outbox.release(job);
      expect({ account: outbox.account, size: outbox.size }).toEqual(before);
      expect(fatesOf('1')).toEqual([{ outcome: 'unknown', failure: null }]);
      expect(fatesOf('2')).toEqual([{ outcome: 'handedBack' }]);
      expect(outbox.receipt('1')).toBeUndefined();
      expect(outbox.take(0)).toBeUndefined();
    },
  );

  it('is for good: what comes afterwards is not taken in', () => {
    const { accept, fatesOf, outbox } = openOutbox();
    accept('1');
    outbox.handBack();
    expect(accept('2')).toBe('closed');
    expect(outbox.account.accepted).toBe(1);
    expect(outbox.handBack()).toEqual({ handedBack: [], uncertain: [] });
    expect(fatesOf('1')).toHaveLength(1);
  });
});

describe('an answer that comes twice', () => {
  it('counts once', () => {
    const { accept, fatesOf, outbox, take } = openOutbox();
    accept('1');
    accept('2');
    const job = take();
    outbox.sent(job, receipt);
    outbox.failed(job, failure);
    outbox.retry(job, 9_000);
    expect(outbox.account).toEqual({ ...empty, accepted: 2, sent: 1 });
    expect(fatesOf('1')).toEqual([{ outcome: 'sent', receipt }]);
    expect(take().message.id).toBe('2');
  });
});
