import { memoryStore } from '@holdfast/store';
import { type Outcome, outcome } from '@holdfast/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type OnChannel, startOnChannel } from './running.ts';

/** One thing that happens to an instance, whoever it is. */
type Step = (running: OnChannel) => unknown;

const failing = (scope: 'link' | 'auth' | 'server' | 'conflict' | 'rate', delivered: 'no' | 'unknown' = 'no') =>
  outcome.fail({
    severity: scope === 'auth' ? 'fatal' : 'recoverable',
    scope,
    code: `test.${scope}`,
    message: 'Failed.',
    delivered,
  });

const answer: fc.Arbitrary<Outcome> = fc.constantFrom<Outcome>(
  outcome.ok(),
  outcome.delayed(700, outcome.ok()),
  outcome.hang(),
  failing('link'),
  failing('link', 'unknown'),
  failing('auth'),
  failing('server'),
  failing('conflict'),
  failing('rate'),
);

const conversation = fc.constantFrom('a', 'b');
const told: readonly Step[] = [
  ({ server }) => server.notifyConnecting(),
  ({ server }) => server.notifyConnected(),
  ({ server }) => server.notifyDisconnected('told'),
  ({ server }) => server.notifyFailure('told'),
  ({ server }) => server.notifySuccess(),
  ({ server }) => server.notifyReconnectAttempt(2),
  ({ server }) => server.notifyRestartMarker('recoverable', 'told'),
  ({ server }) => server.retry(),
  ({ server }) => server.updateCredentials({ token: 'new' }),
  ({ server }) => server.healthSnapshot(),
  ({ clock }) => clock.jump(20_000),
  ({ channel }) => channel.links.at(-1)?.drop(),
];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...told) },
  {
    weight: 4,
    arbitrary: conversation.map(
      (of): Step =>
        ({ server }) => {
          void server.send({ conversation: of, text: 'out' }).catch(() => undefined);
        },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(conversation, fc.nat(1_000)).map(
      ([of, n]): Step =>
        ({ channel }) =>
          channel.deliver({ id: `m${n}`, conversation: of, text: 'in' }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('connect', 'probe', 'send', 'poll'), fc.array(answer, { minLength: 1, maxLength: 3 }))
      .map(
        ([operation, answers]): Step =>
          ({ channel }) =>
            channel.append({ [operation]: answers }),
      ),
  },
);

const pauseMs = fc.constantFrom(0, 3, 60, 400, 1_500, 6_000, 31_000, 130_000);

/** All that can be seen of it from outside, and all that it has done. */
function viewOf({ channel, events, server }: OnChannel): unknown {
  const { commits, connects, polls, probes, sends } = channel;
  return {
    events,
    health: server.isRunning ? server.healthSnapshot() : null,
    status: server.isRunning ? server.status() : null,
    peer: [connects, probes, polls, commits].map((calls) => calls.map(({ atMs }) => atMs)),
    sends: sends.map(({ atMs, message }) => [atMs, message]),
    openLinks: channel.openLinks,
  };
}

/** Looked at every 5 ms, and again as soon after what has woken it. */
const hibernateAfterMs = 20;

it('an instance that hibernates whenever it may does what one does that never does, at the same times', async () => {
  let sleeps = 0;
  let looks = 0;
  const property = fc.asyncProperty(
    fc.array(fc.tuple(step, pauseMs), { minLength: 3, maxLength: 25 }),
    fc.boolean(),
    async (steps, isDurable) => {
      const begin = (afterMs: number): Promise<OnChannel> =>
        startOnChannel({
          channel: { probeIntervalMs: 30_000 },
          messaging: {
            hibernateAfterMs: afterMs,
            random: () => 0.5,
            ...(isDurable ? { store: memoryStore() } : {}),
          },
        });
      const [one, other] = [await begin(hibernateAfterMs), await begin(Number.POSITIVE_INFINITY)];
      for (const [act, ms] of steps) {
        for (const running of [one, other]) {
          act(running);
          await running.clock.advance(ms);
        }
        looks += 1;
        if (one.server.isHibernating) sleeps += 1;
        expect(viewOf(one)).toEqual(viewOf(other));
      }
      const stops = [one, other].map(async ({ clock, server }) => {
        const stopping = server.isRunning ? server.stop() : undefined;
        await clock.advance(30_000);
        return [await stopping, clock.pending()];
      });
      const [first, second] = await Promise.all(stops);
      expect(first).toEqual(second);
      expect(viewOf(one)).toEqual(viewOf(other));
    },
  );
  await fc.assert(property, { numRuns: 150, ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}) });
  // It was asleep for much of what happened, or nothing is shown.
  expect(sleeps).toBeGreaterThan(looks / 5);
}, 120_000);
