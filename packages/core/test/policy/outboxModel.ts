import fc from 'fast-check';
import { expect } from 'vitest';
import { type Fate, type Job, Outbox } from '../../src/policy/outbox.ts';
import type { Failure } from '../../src/schema/failure.ts';

export interface OutboxSizes {
  readonly capacity: number;
  readonly sentCacheSize: number;
}

const failure: Failure = { severity: 'recoverable', scope: 'server', code: 'test.500', message: 'broken' };

interface NaiveJob {
  readonly id: string;
  readonly conversation: string;
  readonly key: string;
  state: 'queued' | 'inFlight' | 'sent' | 'failed' | 'handedBack';
  notBeforeMs: number;
}

/** What an outbox is, in the fewest words: one list of all jobs ever, searched from the front each time. */
export class NaiveOutbox {
  readonly sizes: OutboxSizes;
  readonly jobs: NaiveJob[] = [];
  /** Keys that were sent, the first first, with the id of what was sent under them. */
  receipts: { readonly key: string; readonly id: string }[] = [];
  isClosed = false;
  nowMs = 0;
  pausedUntilMs = 0;

  constructor(sizes: OutboxSizes) {
    this.sizes = sizes;
  }

  in(...states: NaiveJob['state'][]): NaiveJob[] {
    return this.jobs.filter(({ state }) => states.includes(state));
  }

  /** The first of each conversation that is not settled. */
  heads(): NaiveJob[] {
    const open = this.in('queued', 'inFlight');
    return open.filter((job) => open.find(({ conversation }) => conversation === job.conversation) === job);
  }

  dueMs(job: NaiveJob): number {
    return Math.max(job.notBeforeMs, this.pausedUntilMs);
  }

  /** The jobs that may be taken now. */
  eligible(): NaiveJob[] {
    const keys = this.in('inFlight').map(({ key }) => key);
    return this.heads().filter(
      (job) => job.state === 'queued' && this.dueMs(job) <= this.nowMs && !keys.includes(job.key),
    );
  }

  nextDueMs(): number | undefined {
    const due = this.heads()
      .filter((job) => job.state === 'queued' && this.dueMs(job) > this.nowMs)
      .map((job) => this.dueMs(job));
    return due.length === 0 ? undefined : Math.min(...due);
  }

  remember(job: NaiveJob): void {
    if (this.receipts.some(({ key }) => key === job.key)) return;
    this.receipts = [...this.receipts, job].slice(-this.sizes.sentCacheSize);
  }
}

/** The outbox, with all that came of it. */
export class OutboxUnderTest {
  readonly outbox: Outbox;
  readonly fates = new Map<string, Fate[]>();
  readonly taken = new Map<string, Job>();

  constructor(sizes: OutboxSizes) {
    this.outbox = new Outbox(sizes);
  }
}

interface OutboxCommand extends fc.Command<NaiveOutbox, OutboxUnderTest> {}

/** A command, and after it a comparison of everything that can be asked of an outbox. */
function command(name: string, run: (model: NaiveOutbox, real: OutboxUnderTest) => void): OutboxCommand {
  return {
    check: () => true,
    run: (model, real) => {
      run(model, real);
      compare(model, real);
    },
    toString: () => name,
  };
}

function compare(model: NaiveOutbox, { outbox, fates }: OutboxUnderTest): void {
  const [sent, failed, handedBack] = [model.in('sent'), model.in('failed'), model.in('handedBack')];
  expect(outbox.size).toBe(model.in('queued', 'inFlight').length);
  expect(outbox.size).toBeLessThanOrEqual(model.sizes.capacity); // O2
  expect(outbox.account).toEqual({ accepted: model.jobs.length, sent: sent.length, failed: failed.length });
  expect(outbox.account.accepted).toBe(sent.length + failed.length + handedBack.length + outbox.size); // O3
  expect(outbox.nextDueMs(model.nowMs)).toBe(model.nextDueMs());
  for (const { id, key, state } of model.jobs) {
    const outcomes = state === 'queued' || state === 'inFlight' ? [] : [state];
    expect(fates.get(id)?.map(({ outcome }) => outcome)).toEqual(outcomes);
    const receipt = model.receipts.find((remembered) => remembered.key === key);
    expect(outbox.receipt(key)?.externalMessageId).toBe(receipt?.id);
  }
}

const accept = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('k', 'l', undefined))
  .map(([conversation, shared]) =>
    command(`accept(${conversation}, ${shared ?? 'a key of its own'})`, (model, { outbox, fates }) => {
      const id = `m${fates.size}`;
      const key = shared ?? id;
      const settled: Fate[] = [];
      fates.set(id, settled);
      const message = { id, conversation, text: id, idempotencyKey: key, metadata: {} };
      const answer = outbox.accept({ jobId: id, message, settle: (fate) => settled.push(fate) });
      const isFull = model.in('queued', 'inFlight').length >= model.sizes.capacity;
      if (model.isClosed) expect(answer).toBe('closed');
      else if (isFull) expect(answer).toBe('full');
      else {
        expect(answer).toMatchObject({ jobId: id, attempts: 0 });
        model.jobs.push({ id, conversation, key, state: 'queued', notBeforeMs: 0 });
      }
    }),
  );

/** Which of several eligible jobs comes first is the outbox's choice; that it takes one of them is not. */
const take = fc.constant(
  command('take', (model, { outbox, taken }) => {
    const eligible = model.eligible();
    const job = outbox.take(model.nowMs);
    const chosen = eligible.find(({ id }) => id === job?.jobId);
    if (eligible.length === 0) expect(job).toBeUndefined();
    else expect(chosen).toBeDefined(); // O1, O4
    if (!chosen || !job) return;
    chosen.state = 'inFlight';
    taken.set(chosen.id, job);
  }),
);

/** An answer for any job that was ever taken: most of these come late, or twice. */
const answer = fc
  .tuple(fc.nat({ max: 20 }), fc.constantFrom('sent', 'failed', 'retry', 'release'), fc.integer({ min: 0, max: 50 }))
  .map(([index, kind, delayMs]) =>
    command(`${kind} of taken #${index}`, (model, { outbox, taken }) => {
      const job = [...taken.values()].at(index % Math.max(1, taken.size));
      const known = model.jobs.find(({ id }) => id === job?.jobId);
      if (!job || !known) return;
      const isInFlight = known.state === 'inFlight';
      const atMs = model.nowMs + delayMs;
      if (kind === 'sent') outbox.sent(job, { externalMessageId: job.jobId });
      if (kind === 'failed') outbox.failed(job, failure);
      if (kind === 'retry') outbox.retry(job, atMs);
      if (kind === 'release') outbox.release(job);
      if (!isInFlight) return;
      known.state = kind === 'sent' || kind === 'failed' ? kind : 'queued';
      if (kind === 'retry') known.notBeforeMs = atMs;
      if (kind === 'sent') model.remember(known);
    }),
  );

const pause = fc.integer({ min: -10, max: 60 }).map((ms) =>
  command(`pause(${ms} ms)`, (model, { outbox }) => {
    outbox.pause(model.nowMs + ms);
    model.pausedUntilMs = Math.max(model.pausedUntilMs, model.nowMs + ms);
  }),
);

const pass = fc.integer({ min: 0, max: 40 }).map((ms) =>
  command(`${ms} ms pass`, (model) => {
    model.nowMs += ms;
  }),
);

const handBack = fc.constant(
  command('handBack', (model, { outbox }) => {
    const left = model.in('queued', 'inFlight');
    const messages = outbox.handBack();
    for (const conversation of ['a', 'b', 'c']) {
      const ids = messages.filter((message) => message.conversation === conversation).map(({ id }) => id);
      expect(ids).toEqual(left.filter((job) => job.conversation === conversation).map(({ id }) => id));
    }
    for (const job of left) job.state = 'handedBack';
    model.isClosed = true;
  }),
);

/** Repeated by how often they are to come up: handing back ends what can happen, so it is rare. */
export const anyOutboxCommand: fc.Arbitrary<OutboxCommand>[] = [
  fc.oneof(
    { arbitrary: accept, weight: 8 },
    { arbitrary: take, weight: 8 },
    { arbitrary: answer, weight: 8 },
    { arbitrary: pause, weight: 1 },
    { arbitrary: pass, weight: 4 },
    { arbitrary: handBack, weight: 1 },
  ),
];
