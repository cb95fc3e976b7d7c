import { describe, expect, it } from 'vitest';
import type { Fate, Job, LeftJob, NewJob } from '../../src/policy/job.ts';
import { Outbox } from '../../src/policy/outbox.ts';
import { doubt, empty, failure, openOutbox, receipt, thresholds } from './openOutbox.ts';

/** A message as it comes in where there is a store: it may go when it is written down. */
function unwritten(id: string, more: Partial<NewJob> = {}) {
  const fates: Fate[] = [];
  const message = { id, conversation: 'c', text: id, idempotencyKey: id, metadata: {} };
  const newJob: NewJob = { jobId: `job-${id}`, message, settle: (fate) => fates.push(fate), isStored: false, ...more };
  return { fates, newJob };
}

function acceptUnwritten(outbox: Outbox, id: string, more: Partial<NewJob> = {}): Job {
  const job = outbox.accept(unwritten(id, more).newJob);
  if (typeof job === 'string') throw new Error(`The outbox is ${job}.`);
  return job;
}

/** What a process before has left. */
function left(id: string, conversation: string, more: Partial<LeftJob> = {}): LeftJob {
  const message = { id, conversation, text: id, idempotencyKey: id, metadata: {} };
  return { jobId: `job-${id}`, message, settle: () => undefined, attempts: 0, doubt: null, notBeforeMs: 0, ...more };
}

describe('a message that is being written down', () => {
  it('holds back its conversation and no other until it is stored', () => {
    const { accept, idAt, outbox } = openOutbox();
    const job = acceptUnwritten(outbox, '1');
    expect(job.state).toBe('storing');
    accept('2');
    accept('other', 'd');
    expect([idAt(0), idAt(0)]).toEqual(['other', undefined]);
    outbox.stored(job);
    expect(idAt(0)).toBe('1');
  });

  it('counts as accepted, and no more when it is refused; nobody is told of an end', () => {
    const { idAt, outbox } = openOutbox({ capacity: 1 });
    const { fates, newJob } = unwritten('1');
    const job = outbox.accept(newJob);
    if (typeof job === 'string') throw new Error(`The outbox is ${job}.`);
    expect([outbox.account, outbox.size]).toEqual([{ ...empty, accepted: 1 }, 1]);
    outbox.refuse(job);
    expect([outbox.account, outbox.size, fates, idAt(0)]).toEqual([empty, 0, [], undefined]);
  });

  it('is settled by nothing that a Sender could say of it', () => {
    const { outbox } = openOutbox();
    const job = acceptUnwritten(outbox, '1');
    outbox.sent(job, receipt);
    outbox.failed(job, failure);
    outbox.retry(job, 5_000);
    expect([outbox.account, job.notBeforeMs, job.state]).toEqual([{ ...empty, accepted: 1 }, 0, 'storing']);
  });

  it('is gone for good after a hand-back: that it was stored, or was not, changes nothing any more', () => {
    const { outbox } = openOutbox();
    const jobs = [acceptUnwritten(outbox, '1'), acceptUnwritten(outbox, '2')] as const;
    expect(outbox.handBack().handedBack.map(({ id }) => id)).toEqual(['1', '2']);
    outbox.stored(jobs[0]);
    outbox.refuse(jobs[1]);
    expect([outbox.account, outbox.size, outbox.isClosed]).toEqual([{ ...empty, accepted: 2 }, 0, true]);
  });

  it('is another one than that of before under its id', () => {
    const { outbox } = openOutbox();
    const before = acceptUnwritten(outbox, '1');
    outbox.refuse(before);
    const job = acceptUnwritten(outbox, '1');
    outbox.stored(before);
    outbox.refuse(before);
    expect([job.state, outbox.find('job-1'), outbox.account.accepted]).toEqual(['storing', job, 1]);
  });
});

describe('a message that is claimed while it is being written down', () => {
  it('is in flight, and nothing of its conversation or under its key goes beside it (O1, O4)', () => {
    const { accept, idAt, outbox } = openOutbox();
    const job = acceptUnwritten(outbox, '1');
    expect([outbox.claim(job, 0), job.state]).toEqual([true, 'inFlight']);
    outbox.stored(job);
    accept('2');
    accept('twin', 'd', { idempotencyKey: '1' });
    expect([job.state, idAt(0)]).toEqual(['inFlight', undefined]);
    outbox.sent(job, receipt);
    expect([idAt(0), idAt(0)]).toEqual(['twin', '2']);
  });

  it('is being written down as before when it is given back, and may go when it is stored', () => {
    const { accept, idAt, outbox } = openOutbox();
    const job = acceptUnwritten(outbox, '1');
    outbox.claim(job, 0);
    outbox.unclaim(job);
    accept('twin', 'd', { idempotencyKey: '1' });
    expect([job.state, idAt(0), idAt(0)]).toEqual(['storing', 'twin', undefined]);
    outbox.refuse(job);
    expect(outbox.account.accepted).toBe(1);
  });

  it('was the next of its conversation, and nothing asked it to wait', () => {
    const { accept, outbox, take } = openOutbox();
    accept('1');
    take();
    const second = acceptUnwritten(outbox, '2');
    const other = acceptUnwritten(outbox, 'other', { message: { ...second.message, conversation: 'd' } });
    outbox.pause(1_000, 'd');
    expect([second, other].map((job) => outbox.claim(job, 999))).toEqual([false, false]);
    outbox.pause(2_000);
    expect(outbox.claim(other, 1_999)).toBe(false);
    expect(outbox.claim(other, 2_000)).toBe(true);
  });

  it('is not one that is stored already, and held', () => {
    const { outbox, take } = openOutbox();
    const job = acceptUnwritten(outbox, '1');
    outbox.stored(job);
    outbox.hold(take());
    expect([outbox.claim(job, 0), job.state]).toEqual([false, 'held']);
  });

  it('is told of a wait that the peer has asked for since, of all or of its conversation', () => {
    const { outbox } = openOutbox();
    const job = acceptUnwritten(outbox, '1');
    outbox.claim(job, 0);
    expect(outbox.isPaused(job, 0)).toBe(false);
    outbox.pause(1_000, 'another');
    expect(outbox.isPaused(job, 0)).toBe(false);
    outbox.pause(1_000, 'c');
    expect([999, 1_000].map((nowMs) => outbox.isPaused(job, nowMs))).toEqual([true, false]);
    outbox.pause(2_000);
    expect([1_999, 2_000].map((nowMs) => outbox.isPaused(job, nowMs))).toEqual([true, false]);
  });

  it('takes nobody’s turn: what could go now goes first', () => {
    const { accept, outbox, take } = openOutbox();
    accept('1');
    const other = acceptUnwritten(outbox, 'other');
    const elsewhere = acceptUnwritten(outbox, '2', { message: { ...other.message, conversation: 'd' } });
    expect(outbox.claim(elsewhere, 0)).toBe(false);
    take();
    expect(outbox.claim(elsewhere, 0)).toBe(true);
  });

  it('has no key that is on its way already, and is claimed once', () => {
    const { accept, outbox, take } = openOutbox();
    accept('1', 'd');
    take();
    const twin = acceptUnwritten(outbox, '1', { jobId: 'another' });
    const alone = acceptUnwritten(outbox, '2', {
      message: { ...twin.message, conversation: 'e', idempotencyKey: '2' },
    });
    expect([twin, alone, alone].map((job) => outbox.claim(job, 0))).toEqual([false, true, false]);
  });

  it('is another one than that of before under its id', () => {
    const { outbox } = openOutbox();
    const before = acceptUnwritten(outbox, '1');
    outbox.refuse(before);
    const job = acceptUnwritten(outbox, '1');
    expect(outbox.claim(before, 0)).toBe(false);
    outbox.claim(job, 0);
    outbox.unclaim(before);
    expect(job.state).toBe('inFlight');
  });
});

describe('a message that may go', () => {
  it('is neither put back nor refused by a late word of the store', () => {
    const { accept, outbox, take } = openOutbox();
    accept('1');
    const job = take();
    outbox.stored(job);
    outbox.refuse(job);
    expect([job.state, outbox.size, outbox.account]).toEqual(['inFlight', 1, { ...empty, accepted: 1 }]);
  });

  it('whose key was made for it leaves none behind, and one that may come again does', () => {
    const { outbox, take } = openOutbox();
    for (const [id, mayRepeat] of [
      ['once', false],
      ['again', true],
    ] as const) {
      acceptUnwritten(outbox, id, { isStored: true, mayRepeat });
      outbox.sent(take(), receipt);
    }
    expect([outbox.receipt('once'), outbox.receipt('again')]).toEqual([undefined, receipt]);
  });
});

describe('what a process before has left', () => {
  it('goes before what has come since, conversation by conversation, and over the capacity too (O1)', () => {
    const { accept, outbox, take } = openOutbox({ capacity: 2 });
    accept('a2', 'a');
    accept('b1', 'b');
    outbox.restore([left('a0', 'a'), left('a1', 'a')]);
    expect([outbox.size, outbox.account.accepted]).toEqual([4, 4]);
    const order: string[] = [];
    while (outbox.size > 0) {
      const job = take();
      order.push(job.message.id);
      outbox.sent(job, receipt);
    }
    expect(order).toEqual(['a0', 'b1', 'a1', 'a2']);
  });

  it('keeps its attempts, its doubt and its time', () => {
    const { idAt, outbox } = openOutbox();
    outbox.restore([left('1', 'c', { attempts: 3, doubt, notBeforeMs: 1_000 })]);
    expect(outbox.find('job-1')).toMatchObject({ attempts: 3, doubt, notBeforeMs: 1_000, state: 'queued' });
    expect([idAt(999), idAt(1_000)]).toEqual([undefined, '1']);
  });

  it('is not taken in twice: what is there already stays as it is', () => {
    const { accept, outbox } = openOutbox();
    accept('1');
    outbox.restore([left('1', 'c', { attempts: 3 })]);
    expect([outbox.size, outbox.find('job-1')?.attempts, outbox.account.accepted]).toEqual([1, 0, 1]);
  });

  it('of receipts is found under its key', () => {
    const { outbox } = openOutbox();
    outbox.remember('key', receipt);
    expect(outbox.receipt('key')).toBe(receipt);
  });
});

describe('an outbox', () => {
  it('is open until everything was handed back', () => {
    const { outbox } = openOutbox();
    expect(outbox.isClosed).toBe(false);
    outbox.handBack();
    expect(outbox.isClosed).toBe(true);
  });

  it('whose pressure nobody asks for has one all the same', () => {
    const outbox = new Outbox({ ...thresholds, capacity: 1, sentCacheSize: 1 });
    acceptUnwritten(outbox, '1');
    expect(outbox.pressure).toBe('shed');
  });
});
