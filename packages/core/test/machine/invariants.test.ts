import { type Outcome, outcome } from '@holdfast/testing';
import fc from 'fast-check';
import { defaultReconnectPolicy, type Failure } from 'holdfast';
import { expect, it } from 'vitest';
import { type Running, startOn } from './onScriptedChannel.ts';

const failing = (changes: Partial<Failure>): Outcome =>
  outcome.fail({ severity: 'recoverable', scope: 'link', code: 'scripted.x', message: 'as scripted', ...changes });

/** All that a peer and its adapter may do to one call. */
const anyOutcome = fc.constantFrom<Outcome>(
  outcome.ok(),
  failing({}),
  failing({ scope: 'server', retryAfterMs: 3_000 }),
  failing({ severity: 'degraded', scope: 'server' }),
  failing({ severity: 'fatal', scope: 'auth' }),
  failing({ severity: 'fatal', scope: 'config' }),
  failing({ scope: 'conflict' }),
  failing({ scope: 'rate', retryAfterMs: 2_000 }),
  failing({ scope: 'message' }),
  outcome.throwAtOnce(new Error('thrown')),
  outcome.garbage(undefined),
  outcome.hang(),
  outcome.hang({ ignoreAbort: true }),
  outcome.delayed(700, outcome.ok()),
);

type Step = (running: Running) => void | Promise<void>;

/** The one thing that may lead out of a parked instance, if only to be parked again. */
const retry: Step = ({ server }) => server.retry();

const updateCredentials: Step = ({ server }) => server.updateCredentials({ token: 'another' });

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constantFrom('connect', 'probe', 'send', 'poll', 'commit', 'close'), anyOutcome).map(
    ([operation, next]): Step =>
      ({ channel }) =>
        channel.append({ [operation]: [next] }),
  ),
  fc.constantFrom(0, 1, 250, 5_000, 30_000, 120_000).map(
    (ms): Step =>
      ({ clock }) =>
        clock.advance(ms),
  ),
  fc.integer({ min: 1, max: 300_000 }).map(
    (ms): Step =>
      ({ clock }) =>
        clock.jump(ms),
  ),
  fc.constant<Step>(({ channel }) => channel.links.at(-1)?.drop()),
  fc.constant<Step>(({ channel }) => channel.failPoll('reset')),
  fc.nat({ max: 3 }).map(
    (n): Step =>
      ({ server }) => {
        if (server.isRunning && !server.isStopping) void server.enqueue({ conversation: `c${n}`, text: 'x' });
      },
  ),
  fc.nat({ max: 99 }).map(
    (n): Step =>
      ({ channel }) => {
        channel.deliver({ id: `m${n}`, conversation: 'c', text: 'x' });
      },
  ),
  fc.constant<Step>(retry),
  fc
    .constantFrom<(server: Running['server']) => void>(
      (server) => server.notifyConnecting(),
      (server) => server.notifyConnected({ version: '1' }),
      (server) => server.notifyDisconnected('app'),
      (server) => server.notifyFailure('app'),
      (server) => server.notifySuccess(),
      (server) => server.notifyReconnectAttempt(3, 'app'),
      (server) => server.notifyRestartMarker('recoverable', 'app'),
    )
    .map(
      (notify): Step =>
        ({ server }) =>
          notify(server),
    ),
  fc.constant<Step>(updateCredentials),
  fc.constant<Step>(({ server }) => {
    for (let n = 0; n < 10; n += 1) server.notifyFailure('app');
  }),
);

/** Long enough for calls that hang to be given up, and for two looks at the slowest pace there is. */
const quietMs = 360_000;

const calls = ({ channel }: Running) =>
  (['connect', 'probe', 'poll', 'send', 'commit'] as const).reduce(
    (sum, operation) => sum + channel.callCount(operation),
    0,
  );

/** Links that live, and that nobody has asked to close. */
const unclosed = ({ channel }: Running) =>
  channel.links.filter(({ isOpen, closeCalls }) => isOpen && closeCalls.length === 0).length;

/** Nothing but an operator's word leads out of these. */
const parked = new Set<string | null>(['unauthorized', 'misconfigured']);

it('R2, R4, R7, R9, R11: whatever the channel and its embedder do, the invariants hold, it comes back, and the end is clean', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 60, size: 'max' }),
      fc.constantFrom(0, 3_000, 10_000),
      async (steps, deadlineMs) => {
        const running = await startOn(
          {},
          { reconnect: { maxRestarts: 1 }, onMessage: (_, { reply }) => void reply('re') },
        );
        const { clock, events, server } = running;
        let parkedAt: number | undefined;
        for (const step of steps) {
          const before = server.status();
          if (step === retry || step === updateCredentials) parkedAt = undefined;
          else if (parked.has(before.substate)) parkedAt ??= calls(running);
          await step(running);
          await clock.settle();
          const { status, substate, reconnectAttempt } = server.status();
          expect(Object.keys({ [status]: 0 })).toEqual([topState(running)]);
          expect(unclosed(running)).toBeLessThanOrEqual(1);
          if (status === 'connected')
            expect(server.actor.getSnapshot().children.connection?.getSnapshot().context.link).not.toBeNull();
          expect(reconnectAttempt).toBeLessThanOrEqual(defaultReconnectPolicy.maxAttempts);
          expect(server.healthSnapshot().ready).toBe(status === 'connected' && substate !== 'draining');
          if (!parked.has(substate)) parkedAt = undefined;
          else if (parkedAt !== undefined) expect(calls(running)).toBe(parkedAt);
        }
        running.channel.clearScript();
        if (parked.has(server.status().substate)) server.retry();
        await clock.advance(quietMs);
        expect(server.status().status).toBe('connected');
        const stopped = server.stop({ deadlineMs });
        await clock.advance(deadlineMs);
        const account = await stopped;
        const { accepted, sent, failed, expired, withdrawn, unknown, handedBack, uncertain } = account;
        expect(accepted).toBe(sent + failed + expired + withdrawn + unknown + handedBack.length);
        expect(uncertain.length).toBeLessThanOrEqual(unknown);
        await clock.advance(60_000);
        expect(events.filter(({ name }) => name === 'instance.stopped')).toHaveLength(1);
        expect(events.at(-1)?.name).toBe('instance.stopped');
        expect(unclosed(running)).toBe(0);
        expect(clock.pending()).toEqual([]);
      },
    ),
    { numRuns: Number(process.env['INVARIANT_RUNS'] ?? 1_000) },
  );
}, 600_000);

function topState({ server }: Running): string | undefined {
  const { value } = server.actor.getSnapshot();
  return typeof value === 'string' ? value : Object.keys(value)[0];
}
