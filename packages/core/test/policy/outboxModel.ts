import fc from 'fast-check';
import { expect } from 'vitest';
import type { Fate, Job } from '../../src/policy/job.ts';
import { Outbox, type PressureChange } from '../../src/policy/outbox.ts';
import type { PressureLevel } from '../../src/policy/pressure.ts';
import type { Priority, QueuedMessage } from '../../src/schema/message.ts';
import { thresholds } from './openOutbox.ts';

export interface OutboxSizes {
  readonly capacity: number;
  readonly sentCacheSize: number;
}

const open = ['queued', 'inFlight', 'held'] as const;
const settled = ['sent', 'failed', 'expired', 'withdrawn', 'unknown', 'handedBack'] as const;

export interface NaiveJob {
  readonly id: string;
  readonly conversation: string;
  readonly key: string;
  readonly priority: Priority;
  readonly expiresAt: number;
  state: (typeof open)[number] | (typeof settled)[number];
  notBeforeMs: number;
  isInDoubt: boolean;
  isUnwanted: boolean;
}

const begins: readonly (readonly [PressureLevel, number])[] = [
  ['shed', thresholds.shedRatio],
  ['degraded', thresholds.degradedRatio],
  ['warn', thresholds.warnRatio],
  ['normal', 0],
];
const urgencies: readonly Priority[] = ['low', 'normal', 'high'];

/** What an outbox is, in the fewest words: one list of all jobs ever, searched from the front each time. */
export class NaiveOutbox {
  readonly sizes: OutboxSizes;
  readonly jobs: NaiveJob[] = [];
  /** Keys that were sent, the first first, with the id of what was sent under them. */
  receipts: { readonly key: string; readonly id: string }[] = [];
  isClosed = false;
  nowMs = 0;
  pausedUntilMs = 0;
  readonly conversationsPausedMs = new Map<string, number>();
  readonly changes: (readonly [PressureLevel, PressureLevel])[] = [];

  constructor(sizes: OutboxSizes) {
    this.sizes = sizes;
  }

  in(...states: NaiveJob['state'][]): NaiveJob[] {
    return this.jobs.filter(({ state }) => states.includes(state));
  }

  open(): NaiveJob[] {
    return this.in(...open);
  }

  get pressure(): PressureLevel {
    return this.changes.at(-1)?.[1] ?? 'normal';
  }

  /** The first of each conversation that is not settled. */
  heads(): NaiveJob[] {
    const jobs = this.open();
    return jobs.filter((job) => jobs.find(({ conversation }) => conversation === job.conversation) === job);
  }

  dueMs({ conversation, notBeforeMs }: NaiveJob): number {
    return Math.max(notBeforeMs, this.pausedUntilMs, this.conversationsPausedMs.get(conversation) ?? 0);
  }

  /** The jobs that may be taken now: of those that are due the most urgent. */
  eligible(): NaiveJob[] {
    const keys = this.in('inFlight').map(({ key }) => key);
    const due = this.heads().filter(
      (job) => job.state === 'queued' && this.dueMs(job) <= this.nowMs && !keys.includes(job.key),
    );
    const most = Math.max(...due.map(({ priority }) => urgencies.indexOf(priority)));
    return due.filter(({ priority }) => urgencies.indexOf(priority) === most);
  }

  nextDueMs(): number | undefined {
    const waiting = this.heads().filter((job) => job.state === 'queued' && this.dueMs(job) > this.nowMs);
    return least([...waiting.map((job) => this.dueMs(job)), this.nextExpiryMs() ?? Number.POSITIVE_INFINITY]);
  }

  nextExpiryMs(): number | undefined {
    return least(this.in('queued', 'held').map(({ expiresAt }) => expiresAt));
  }

  settle(job: NaiveJob, state: (typeof settled)[number]): void {
    job.state = job.isInDoubt && (state === 'expired' || state === 'withdrawn') ? 'unknown' : state;
    this.measure();
  }

  expire(): void {
    for (const job of this.in('queued', 'held')) {
      if (job.isUnwanted) this.settle(job, 'withdrawn');
      else if (job.expiresAt <= this.nowMs) this.settle(job, 'expired');
    }
  }

  /** A level begins at its share, and ends when the depth is below it by more than the hysteresis allows. */
  measure(): void {
    if (this.isClosed) return;
    const percent = (100 * this.open().length) / this.sizes.capacity;
    const previous = this.pressure;
    const isPast = begins.findIndex(([level]) => level === previous);
    const next = begins.find(([, ratio], index) => {
      const fallsAt = index >= isPast ? ratio - thresholds.hysteresisRatio : Number.POSITIVE_INFINITY;
      return percent >= Math.round(ratio * 100) || percent > Math.round(fallsAt * 100);
    });
    if (next && next[0] !== previous) this.changes.push([previous, next[0]]);
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
  readonly changes: PressureChange[] = [];

  constructor(sizes: OutboxSizes) {
    this.outbox = new Outbox({ ...sizes, ...thresholds }, { onPressure: (change) => void this.changes.push(change) });
  }

  accept(message: QueuedMessage): ReturnType<Outbox['accept']> {
    const fates: Fate[] = [];
    this.fates.set(message.id, fates);
    return this.outbox.accept({ jobId: message.id, message, settle: (fate) => void fates.push(fate) });
  }
}

export function compare(model: NaiveOutbox, { changes, fates, outbox }: OutboxUnderTest): void {
  expect(outbox.size).toBe(model.open().length);
  expect(outbox.size).toBeLessThanOrEqual(model.sizes.capacity); // O2
  const { accepted, ...account } = outbox.account;
  const count = (state: NaiveJob['state']) => model.in(state).length;
  expect(accepted).toBe(model.jobs.length);
  for (const [state, number] of Object.entries(account))
    expect([state, number]).toEqual([state, count(asState(state))]);
  const sum = Object.values(account).reduce((total, number) => total + number, 0);
  expect(accepted).toBe(sum + count('handedBack') + outbox.size); // O3
  expect(outbox.nextDueMs(model.nowMs)).toBe(model.nextDueMs());
  expect(outbox.nextExpiryMs()).toBe(model.nextExpiryMs());
  expect(changes.map(({ level, previous }) => [previous, level])).toEqual(model.changes);
  expect(outbox.pressure).toBe(model.pressure);
  for (const { id, key, state, isInDoubt } of model.jobs) {
    const outcomes = open.some((name) => name === state) ? [] : [state];
    expect(fates.get(id)?.map(({ outcome }) => outcome)).toEqual(outcomes);
    const job = outbox.find(id);
    expect(job?.state).toBe(outcomes.length === 0 ? state : undefined);
    if (job) expect(job.doubt !== null).toBe(isInDoubt); // O5
    const receipt = model.receipts.find((remembered) => remembered.key === key);
    expect(outbox.receipt(key)?.externalMessageId).toBe(receipt?.id);
  }
}

function asState(name: string): NaiveJob['state'] {
  const state = settled.find((known) => known === name);
  if (!state) throw new Error(`The account counts ${name}, which is no fate.`);
  return state;
}

function least(numbers: readonly number[]): number | undefined {
  const number = Math.min(...numbers);
  return number === Number.POSITIVE_INFINITY ? undefined : number;
}

/** The sizes of an outbox so small that everything that can be full is full soon. */
export const anyOutboxSizes: fc.Arbitrary<OutboxSizes> = fc.record({
  capacity: fc.constantFrom(1, 2, 3, 4, 6, 10, 20),
  sentCacheSize: fc.integer({ min: 1, max: 3 }),
});
