import { describe, expect, it } from 'vitest';
import { doubt, empty, failure, openOutbox, receipt } from './openOutbox.ts';

describe('priorities', () => {
  it('decide between conversations: high before normal before low, and no priority is normal (O1)', () => {
    const { accept, idAt } = openOutbox();
    accept('low', 'a', { priority: 'low' });
    accept('none', 'b');
    accept('normal', 'c', { priority: 'normal' });
    accept('high', 'd', { priority: 'high' });
    expect([0, 0, 0, 0].map(idAt)).toEqual(['high', 'none', 'normal', 'low']);
  });

  it('do not change the order within a conversation: a high one waits for the low one before it (O1)', () => {
    const { accept, idAt, outbox, take } = openOutbox();
    accept('a low', 'a', { priority: 'low' });
    accept('a high', 'a', { priority: 'high' });
    accept('b', 'b');
    expect(idAt(0)).toBe('b');
    const low = take();
    expect(low.message.id).toBe('a low');
    outbox.sent(low, receipt);
    expect(idAt(0)).toBe('a high');
  });

  it('of what has to wait decide nothing: the next one that is due goes', () => {
    const { accept, idAt, outbox, take } = openOutbox();
    accept('high', 'a', { priority: 'high' });
    accept('low', 'b', { priority: 'low' });
    outbox.retry(take(), 1_000);
    expect(idAt(0)).toBe('low');
    expect(idAt(1_000)).toBe('high');
  });
});

describe('a message that expires', () => {
  it('is not taken from its time on, and makes room for the next of its conversation', () => {
    const { accept, fatesOf, idAt, outbox } = openOutbox();
    accept('1', 'c', { expiresAt: 1_000 });
    accept('2');
    expect(outbox.nextExpiryMs()).toBe(1_000);
    expect(outbox.nextDueMs(0)).toBe(1_000);
    expect(idAt(1_000)).toBe('2');
    expect(fatesOf('1')).toEqual([{ outcome: 'expired' }]);
    expect(outbox.account).toEqual({ ...empty, accepted: 2, expired: 1 });
    expect(outbox.nextExpiryMs()).toBeUndefined();
  });

  it('is taken until a moment before', () => {
    const { accept, idAt } = openOutbox();
    accept('1', 'c', { expiresAt: 1_000 });
    expect(idAt(999)).toBe('1');
  });

  it('expires in the middle of its conversation too, and the order of the others is kept', () => {
    const { accept, outbox, take } = openOutbox();
    for (const id of ['1', '2', '3']) accept(id, 'c', id === '2' ? { expiresAt: 10 } : {});
    const order: string[] = [];
    while (outbox.size > 0) {
      const job = take(10);
      order.push(job.message.id);
      outbox.sent(job, receipt);
    }
    expect(order).toEqual(['1', '3']);
  });

  it('does not while it is in flight: an answer of the peer counts, though it comes later', () => {
    const { accept, fatesOf, outbox, take } = openOutbox();
    accept('1', 'c', { expiresAt: 10 });
    const job = take();
    outbox.expire(20);
    expect([fatesOf('1'), outbox.nextExpiryMs()]).toEqual([[], undefined]);
    outbox.sent(job, receipt);
    expect(fatesOf('1')).toEqual([{ outcome: 'sent', receipt }]);
  });

  it.each([
    ['waits for a retry', 'retry', false],
    ['waits for a retry and may have been taken', 'retry', true],
    ['is held', 'hold', false],
    ['is held and may have been taken', 'hold', true],
  ] as const)(
    'while it %s is settled as what it is, and R8: never as expired when in doubt (O5)',
    (_, how, isInDoubt) => {
      const { accept, fatesOf, outbox, take } = openOutbox();
      accept('1', 'c', { expiresAt: 1_000 });
      const job = take();
      if (how === 'retry') outbox.retry(job, 5_000, isInDoubt ? doubt : null);
      else outbox.hold(job, isInDoubt ? doubt : null);
      expect(outbox.nextExpiryMs()).toBe(1_000);
      outbox.expire(1_000);
      expect(fatesOf('1')).toEqual([isInDoubt ? { outcome: 'unknown', failure: doubt } : { outcome: 'expired' }]);
      expect(outbox.size).toBe(0);
    },
  );
});

describe('a withdrawal', () => {
  it('settles what is queued, once, and is false for what is gone', () => {
    const { accept, fatesOf, idAt, outbox } = openOutbox();
    for (const id of ['1', '2']) accept(id);
    expect([outbox.withdraw('job-1'), outbox.withdraw('job-1'), outbox.withdraw('nobody')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(fatesOf('1')).toEqual([{ outcome: 'withdrawn' }]);
    expect(idAt(0)).toBe('2');
  });

  it('of one in flight changes nothing when it is sent after all', () => {
    const { accept, fatesOf, outbox, take } = openOutbox();
    accept('1');
    const job = take();
    expect(outbox.withdraw('job-1')).toBe(false);
    outbox.expire(9_000);
    expect(fatesOf('1')).toEqual([]);
    outbox.sent(job, receipt);
    outbox.expire(9_000);
    expect(outbox.account).toEqual({ ...empty, accepted: 1, sent: 1 });
  });

  it.each([
    ['fails for certain', null, { outcome: 'withdrawn' }],
    ['is cut off', doubt, { outcome: 'unknown', failure: doubt }],
  ] as const)('of one in flight that %s keeps it from being tried again', (_, cause, fate) => {
    const { accept, fatesOf, idAt, outbox, take } = openOutbox();
    for (const id of ['1', '2']) accept(id);
    const job = take();
    outbox.withdraw('job-1');
    outbox.retry(job, 0, cause);
    expect(idAt(0)).toBe('2');
    expect(fatesOf('1')).toEqual([fate]);
  });

  it('of one that came back before a hand-back is honoured: it is withdrawn, not handed back', () => {
    const { accept, fatesOf, outbox, take } = openOutbox();
    accept('1');
    const job = take();
    outbox.withdraw('job-1');
    outbox.retry(job, 0);
    expect(outbox.handBack()).toEqual({ handedBack: [], uncertain: [] });
    expect(fatesOf('1')).toEqual([{ outcome: 'withdrawn' }]);
    expect(outbox.account).toEqual({ ...empty, accepted: 1, withdrawn: 1 });
  });
});

describe('a held message', () => {
  it('holds back its conversation and no other, and counts in the capacity, until it is resumed (O1, O2)', () => {
    const { accept, idAt, outbox, take } = openOutbox({ capacity: 3 });
    for (const id of ['a1', 'a2']) accept(id, 'a');
    accept('b1', 'b');
    outbox.hold(take(), doubt);
    expect(outbox.find('job-a1')).toMatchObject({ state: 'held', doubt, isResumed: false });
    expect(accept('c1', 'c')).toBe('full');
    expect([idAt(0), idAt(99_999)]).toEqual(['b1', undefined]);
    expect([outbox.resume('job-a1'), outbox.resume('job-a1'), outbox.resume('job-a2')]).toEqual([true, false, false]);
    const job = take();
    expect([job.message.id, job.isResumed]).toEqual(['a1', true]);
  });

  it.each(['retry', 'hold'] as const)('R8: a word to send it does not outlive the next doubt: %s', (how) => {
    const { accept, outbox, take } = openOutbox();
    accept('1');
    outbox.hold(take(), doubt);
    outbox.resume('job-1');
    const job = take();
    if (how === 'retry') outbox.retry(job, 0, doubt);
    else outbox.hold(job, doubt);
    expect(job.isResumed).toBe(false);
  });

  it.each(['retry', 'release', 'hold'] as const)(
    'R8: neither its doubt nor the word to send it is lost by an attempt that certainly did not arrive: %s',
    (how) => {
      const { accept, outbox, take } = openOutbox();
      accept('1');
      outbox.hold(take(), doubt);
      outbox.resume('job-1');
      const job = take();
      if (how === 'retry') outbox.retry(job, 0);
      else outbox[how](job);
      expect([job.doubt, job.isResumed]).toEqual([doubt, true]);
    },
  );

  it('can be settled as sent or failed as it lies there; what is queued can not', () => {
    const { accept, fatesOf, outbox, take } = openOutbox();
    for (const id of ['1', '2', '3']) accept(id, id);
    const [first, second, third] = [take(), take(), take()];
    outbox.hold(first);
    outbox.hold(second);
    outbox.release(third);
    outbox.sent(first, receipt);
    outbox.failed(second, failure);
    outbox.failed(third, failure);
    expect(outbox.receipt('1')).toBe(receipt);
    expect([fatesOf('2'), fatesOf('3')]).toEqual([[{ outcome: 'failed', failure, attempts: 0 }], []]);
  });
});

describe('R10: a pause of one conversation', () => {
  it('holds back that one until its end, which an earlier one does not shorten, and no other', () => {
    const { accept, idAt, outbox } = openOutbox();
    for (const id of ['a', 'b']) accept(id, id);
    outbox.pause(1_000, 'a');
    outbox.pause(500, 'a');
    expect(idAt(0)).toBe('b');
    expect(outbox.nextDueMs(0)).toBe(1_000);
    expect([idAt(999), idAt(1_000)]).toEqual([undefined, 'a']);
  });

  it('holds back what comes into it later', () => {
    const { accept, idAt, outbox } = openOutbox();
    outbox.pause(1_000, 'a');
    outbox.expire(999);
    accept('1', 'a');
    expect([idAt(999), idAt(1_000)]).toEqual([undefined, '1']);
  });
});

describe('R9: pressure', () => {
  const fill = (count: number) => {
    const running = openOutbox();
    for (let n = 0; n < count; n += 1) running.accept(`m${n}`, `c${n}`);
    return running;
  };

  it('is told once per change, and does not flicker at a threshold', () => {
    const { accept, changes, outbox, take } = fill(70);
    for (let n = 0; n < 5; n += 1) {
      outbox.sent(take(), receipt);
      if (n < 4) accept(`more ${n}`);
    }
    expect(changes).toEqual([{ level: 'warn', previous: 'normal', depth: 70, capacity: 100 }]);
    for (let n = 0; n < 5; n += 1) outbox.sent(take(), receipt);
    expect(changes.slice(1)).toEqual([{ level: 'normal', previous: 'warn', depth: 65, capacity: 100 }]);
  });

  it('at shed refuses low priority and nothing else; full refuses all', () => {
    const { accept, outbox } = fill(95);
    expect(outbox.pressure).toBe('shed');
    expect(accept('low', 'a', { priority: 'low' })).toBe('shedding');
    for (const id of ['1', '2', '3', '4']) expect(accept(id)).toMatchObject({ jobId: `job-${id}` });
    expect(accept('high', 'a', { priority: 'high' })).toMatchObject({ jobId: 'job-high' });
    for (const priority of ['low', 'normal', 'high'] as const) expect(accept(priority, 'a', { priority })).toBe('full');
    expect(outbox.account).toEqual({ ...empty, accepted: 100 });
  });

  it('goes on refusing low priority until it has fallen by the hysteresis', () => {
    const { accept, outbox, take } = fill(95);
    for (let n = 0; n < 4; n += 1) outbox.sent(take(), receipt);
    expect(accept('low', 'a', { priority: 'low' })).toBe('shedding');
    outbox.sent(take(), receipt);
    expect(accept('low', 'a', { priority: 'low' })).toMatchObject({ jobId: 'job-low' });
  });

  it('is not told of while everything is handed back', () => {
    const { changes, outbox } = fill(95);
    const before = changes.length;
    outbox.handBack();
    expect(changes).toHaveLength(before);
  });
});
