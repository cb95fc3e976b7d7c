import fc from 'fast-check';
import { expect } from 'vitest';
import type { Job } from '../../src/policy/job.ts';
import type { Outbox } from '../../src/policy/outbox.ts';
import type { Priority } from '../../src/schema/message.ts';
import { doubt, failure } from './openOutbox.ts';
import { compare, type NaiveJob, type NaiveOutbox, type OutboxUnderTest } from './outboxModel.ts';

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

const conversations = ['a', 'b', 'c'] as const;

const accept = fc
  .record({
    conversation: fc.constantFrom(...conversations),
    shared: fc.constantFrom('k', 'l', undefined),
    priority: fc.constantFrom<Priority | undefined>('low', 'normal', 'high', undefined),
    lifeMs: fc.option(fc.integer({ min: -5, max: 120 }), { nil: undefined }),
  })
  .map(({ conversation, shared, priority, lifeMs }) =>
    command(`accept(${conversation}, ${shared ?? 'own key'}, ${priority}, for ${lifeMs} ms)`, (model, real) => {
      const id = `m${real.fates.size}`;
      const key = shared ?? id;
      const expiresAt = lifeMs === undefined ? undefined : model.nowMs + lifeMs;
      const message = { id, conversation, text: id, idempotencyKey: key, metadata: {}, priority, expiresAt };
      const answer = real.accept(message);
      if (model.isClosed) expect(answer).toBe('closed');
      else if (model.open().length >= model.sizes.capacity) expect(answer).toBe('full');
      else if (model.pressure === 'shed' && priority === 'low') expect(answer).toBe('shedding');
      else {
        expect(answer).toMatchObject({ jobId: id, attempts: 0, isResumed: false });
        model.jobs.push({
          id,
          conversation,
          key,
          priority: priority ?? 'normal',
          expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
          state: 'queued',
          notBeforeMs: 0,
          isInDoubt: false,
          isUnwanted: false,
        });
        model.measure();
      }
    }),
  );

/** Which of several eligible jobs comes first is the outbox's choice; that it takes one of them is not. */
const take = fc.constant(
  command('take', (model, { outbox, taken }) => {
    model.expire();
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

const expire = fc.constant(
  command('expire', (model, { outbox }) => {
    model.expire();
    outbox.expire(model.nowMs);
  }),
);

const answers = ['sent', 'failed', 'unknown', 'retry', 'retry in doubt', 'hold', 'hold in doubt', 'release'] as const;
type Answer = (typeof answers)[number];

function give(outbox: Outbox, job: Job, { kind, atMs }: { readonly kind: Answer; readonly atMs: number }): void {
  if (kind === 'sent') outbox.sent(job, { externalMessageId: job.jobId });
  if (kind === 'failed') outbox.failed(job, failure);
  if (kind === 'unknown') outbox.unknown(job, doubt);
  if (kind === 'retry') outbox.retry(job, atMs);
  if (kind === 'retry in doubt') outbox.retry(job, atMs, doubt);
  if (kind === 'hold') outbox.hold(job);
  if (kind === 'hold in doubt') outbox.hold(job, doubt);
  if (kind === 'release') outbox.release(job);
}

/** An answer for any job that was ever taken: most of these come late, or twice. */
const answer = fc
  .record({ index: fc.nat({ max: 20 }), kind: fc.constantFrom(...answers), delayMs: fc.integer({ min: 0, max: 50 }) })
  .map(({ index, kind, delayMs }) =>
    command(`${kind} of taken #${index}`, (model, { outbox, taken }) => {
      const job = [...taken.values()].at(index % Math.max(1, taken.size));
      const known = model.jobs.find(({ id }) => id === job?.jobId);
      if (!job || !known) return;
      const atMs = model.nowMs + delayMs;
      give(outbox, job, { kind, atMs });
      if (kind === 'sent' || kind === 'failed' || kind === 'unknown') {
        if (known.state !== 'inFlight' && known.state !== 'held') return;
        if (kind === 'sent') model.remember(known);
        model.settle(known, kind);
      } else if (known.state === 'inFlight') {
        known.state = kind.startsWith('hold') ? 'held' : 'queued';
        if (kind.startsWith('retry')) known.notBeforeMs = atMs;
        if (kind.endsWith('in doubt')) known.isInDoubt = true;
      }
    }),
  );

/** One of all jobs that were ever accepted, or none. */
function nth(model: NaiveOutbox, index: number): NaiveJob | undefined {
  return model.jobs.at(index % Math.max(1, model.jobs.length));
}

const withdraw = fc.nat({ max: 30 }).map((index) =>
  command(`withdraw #${index}`, (model, { outbox }) => {
    const known = nth(model, index);
    const isIdle = known?.state === 'queued' || known?.state === 'held';
    expect(outbox.withdraw(known?.id ?? 'of nothing')).toBe(isIdle);
    if (!known) return;
    known.isUnwanted = true;
    if (isIdle) model.settle(known, 'withdrawn');
  }),
);

const resume = fc.nat({ max: 30 }).map((index) =>
  command(`resume #${index}`, (model, { outbox }) => {
    const known = nth(model, index);
    const isHeld = known?.state === 'held';
    expect(outbox.resume(known?.id ?? 'of nothing')).toBe(isHeld);
    if (known && isHeld) known.state = 'queued';
  }),
);

const pause = fc
  .record({ ms: fc.integer({ min: -10, max: 60 }), conversation: fc.constantFrom(...conversations, undefined) })
  .map(({ ms, conversation }) =>
    command(`pause(${ms} ms, ${conversation ?? 'all'})`, (model, { outbox }) => {
      const untilMs = model.nowMs + ms;
      outbox.pause(untilMs, conversation);
      const pausedMs = conversation === undefined ? 0 : (model.conversationsPausedMs.get(conversation) ?? 0);
      if (conversation === undefined) model.pausedUntilMs = Math.max(model.pausedUntilMs, untilMs);
      else model.conversationsPausedMs.set(conversation, Math.max(pausedMs, untilMs));
    }),
  );

const pass = fc.integer({ min: 0, max: 40 }).map((ms) =>
  command(`${ms} ms pass`, (model) => {
    model.nowMs += ms;
  }),
);

const handBack = fc.constant(
  command('handBack', (model, { outbox }) => {
    model.isClosed = true;
    const left = model.open();
    for (const job of left) {
      const isCertain = !job.isInDoubt && job.state !== 'inFlight';
      const certainly = job.isUnwanted ? 'withdrawn' : 'handedBack';
      job.state = isCertain ? certainly : 'unknown';
    }
    const { handedBack, uncertain } = outbox.handBack();
    for (const conversation of conversations) {
      const idsOf = (list: readonly { id: string; conversation: string }[]) =>
        list.filter((message) => message.conversation === conversation).map(({ id }) => id);
      expect(idsOf(handedBack)).toEqual(idsOf(left.filter(({ state }) => state === 'handedBack')));
      expect(idsOf(uncertain)).toEqual(idsOf(left.filter(({ state }) => state === 'unknown')));
    }
  }),
);

/** Weighted by how often they are to come up: handing back ends what can happen, so it is rare. */
export const anyOutboxCommand: fc.Arbitrary<OutboxCommand>[] = [
  fc.oneof(
    { arbitrary: accept, weight: 12 },
    { arbitrary: take, weight: 8 },
    { arbitrary: answer, weight: 8 },
    { arbitrary: withdraw, weight: 2 },
    { arbitrary: resume, weight: 2 },
    { arbitrary: expire, weight: 1 },
    { arbitrary: pause, weight: 2 },
    { arbitrary: pass, weight: 4 },
    { arbitrary: handBack, weight: 1 },
  ),
];
