import { type Outcome, outcome } from '@holdfast/testing';
import fc from 'fast-check';
import { it } from 'vitest';
import { CrashRun, type UnknownOutcome } from './CrashRun.ts';
import type { WriteFailure } from './ProcessStore.ts';
import { failing, inDoubt, type Running } from './World.ts';

type Step = (run: CrashRun, running: Running) => unknown;

const anyConversation = fc.constantFrom('a', 'b', 'c');

/** All that a peer may say to a message. */
const anyAnswer = fc.constantFrom<Outcome>(
  outcome.ok(),
  outcome.delayed(700, outcome.ok()),
  outcome.hang(),
  inDoubt,
  failing({ delivered: 'no' }),
  failing({ scope: 'message', delivered: 'no' }),
  failing({ scope: 'rate', retryAfterMs: 3_000, pauses: 'conversation', delivered: 'no' }),
  failing({ scope: 'rate', retryAfterMs: 3_000, pauses: 'instance', delivered: 'no' }),
);

const enqueue: fc.Arbitrary<Step> = fc
  .record({
    conversation: anyConversation,
    priority: fc.constantFrom('low', 'normal', 'high'),
    key: fc.constantFrom(null, null, null, null, 'k1', 'k2'),
    lifeMs: fc.constantFrom(null, null, null, null, null, null, 0, 500, 10_000),
    withdrawnAfterMs: fc.constantFrom(0, 1, 300, ...Array.from({ length: 17 }, () => undefined)),
  })
  .map(({ conversation, key, lifeMs, priority, withdrawnAfterMs }) => (run, running) => {
    const expiry = lifeMs === null ? {} : { expiresAt: run.world.clock.now() + lifeMs };
    const keyed = key === null ? {} : { idempotencyKey: key };
    run.enqueue(running, { conversation, priority, ...keyed, ...expiry }, withdrawnAfterMs);
  });

const several: fc.Arbitrary<Step> = fc.array(enqueue, { minLength: 2, maxLength: 5 }).map((steps) => (run, running) => {
  for (const step of steps) step(run, running);
});

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: enqueue },
  { weight: 3, arbitrary: several },
  {
    weight: 4,
    arbitrary: fc.array(anyAnswer, { minLength: 1, maxLength: 4 }).map(
      (list): Step =>
        (run) =>
          run.answer(list),
    ),
  },
  {
    weight: 3,
    arbitrary: anyConversation.map(
      (conversation): Step =>
        (run) =>
          run.deliver(conversation),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 4 }).map(
      (times): Step =>
        (run) =>
          run.failHandler(times),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((run) => run.world.channel.links.at(-1)?.drop()) },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom<WriteFailure>('rejected', 'thrown'), { minLength: 1, maxLength: 4 }).map(
      (failures): Step =>
        (_, { store }) => {
          for (const failure of failures) store.failNext(failure);
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (isBroken): Step =>
        (_, { store }) => {
          store.isBroken = isBroken;
        },
    ),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom(0, 1, 200, 700, 1_000, 5_000, 30_000).map(
      (ms): Step =>
        ({ world }) =>
          world.clock.advance(ms),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat().map(
      (choice): Step =>
        (run, running) =>
          run.replay(running, choice),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Step>((_, { kill }) => kill()) },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((run, { kill }) => {
      run.isUnreadable = true;
      kill();
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((_, { store }) => {
      store.isUnreadable = false;
    }),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat({ max: 6 }), fc.boolean()).map(
      ([after, isWritten]): Step =>
        (_, { store }) =>
          store.dieAtCommit(after, isWritten),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Step>((run, running) => run.breakSender(running)) },
  { weight: 2, arbitrary: fc.constant<Step>((run, running) => run.hang(running)) },
  { weight: 3, arbitrary: fc.constant<Step>((run, running) => run.release(running)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, 500, 5_000).map(
      (ms): Step =>
        (run, running) =>
          run.stop(running, ms),
    ),
  },
);

const anySteps = fc.array(anyStep, { minLength: 10, maxLength: 60, size: 'max' });

const anyRate = fc.constantFrom(undefined, { count: 2, perMs: 500 });

const anySleep = fc.constantFrom(4, Number.POSITIVE_INFINITY);

const numRuns = Number(process.env['CRASH_RUNS'] ?? 300);

it.each<UnknownOutcome>(['retry', 'hold', 'fail'])(
  'J1, J2, J3, J4: whatever the peer, the store and the power do, nothing accepted is lost or sent out of order (%s)',
  async (policy) => {
    await fc.assert(
      fc.asyncProperty(anySteps, anyRate, anySleep, async (steps, sendRate, hibernateAfterMs) => {
        const run = new CrashRun(policy, { sendRate, hibernateAfterMs });
        for (const step of steps) await run.step(step);
        await run.heal();
      }),
      { numRuns },
    );
  },
  600_000,
);
