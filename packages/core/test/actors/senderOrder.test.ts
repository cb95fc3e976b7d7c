import { type Outcome, outcome } from '@holdfast/testing';
import fc from 'fast-check';
import type { Failure, SenderOptions } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from '../machine/onScriptedChannel.ts';
import { killSender } from './killSender.ts';

const failing = (changes: Partial<Failure>): Outcome =>
  outcome.fail({ severity: 'recoverable', scope: 'server', code: 'x.x', message: 'as scripted', ...changes });

const anyOutcome = fc.constantFrom<Outcome>(
  outcome.ok(),
  outcome.ok(),
  outcome.delayed(80, outcome.ok()),
  outcome.hang(),
  outcome.hang({ ignoreAbort: true }),
  failing({ delivered: 'no' }),
  failing({ delivered: 'unknown' }),
  failing({ scope: 'link', delivered: 'unknown' }),
  failing({ scope: 'message', delivered: 'no' }),
  failing({ scope: 'rate', retryAfterMs: 900 }),
  failing({ scope: 'rate', retryAfterMs: 700, pauses: 'conversation' }),
  failing({ scope: 'rate', retryAfterMs: 700_000, pauses: 'conversation' }),
);

const anyStep = fc.oneof(
  {
    arbitrary: fc.record({ kind: fc.constant('enqueue'), n: fc.nat({ max: 2 }), lifeMs: fc.constantFrom(0, 0, 300) }),
    weight: 5,
  },
  {
    arbitrary: fc.record({ kind: fc.constant('pass'), n: fc.constantFrom(0, 10, 500, 4_000), lifeMs: fc.constant(0) }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom('drop', 'kill', 'withdraw', 'retry', 'giveUp', 'sent'),
      n: fc.nat(),
      lifeMs: fc.constant(0),
    }),
    weight: 2,
  },
);

const anySettings = fc.record({
  unknownOutcome: fc.constantFrom<SenderOptions['unknownOutcome']>('retry', 'hold', 'fail'),
  longRetryAfter: fc.constantFrom<SenderOptions['longRetryAfter']>('wait', 'hold', 'fail'),
  maxAttempts: fc.constantFrom(1, 3),
});

describe('whatever the peer answers and the app asks for', () => {
  it('R7, R8: within a conversation nothing is overtaken, nothing is sent twice but for a doubt, and the account is exact', async () => {
    const inputs = [
      fc.array(anyOutcome, { maxLength: 25 }),
      fc.array(anyStep, { maxLength: 40, size: 'max' }),
      anySettings,
    ] as const;
    await fc.assert(
      fc.asyncProperty(...inputs, async (script, steps, sender) => {
        const capabilities = { maxInFlight: 3 };
        const running = await startOn({ script: { send: script }, capabilities }, { sender });
        const { channel, clock, events, server } = running;
        const accepted: { jobId: string; conversation: string; abort: AbortController; fate: Promise<string> }[] = [];
        for (const { kind, n, lifeMs } of steps) {
          const chosen = accepted.at(n % Math.max(1, accepted.length));
          if (kind === 'pass') await clock.advance(n);
          else if (kind === 'drop') channel.links.at(-1)?.drop();
          else if (kind === 'kill') killSender(server);
          else if (kind === 'withdraw') chosen?.abort.abort();
          else if (kind === 'enqueue') {
            const abort = new AbortController();
            const conversation = `c${n}`;
            const more = lifeMs === 0 ? {} : { expiresAt: clock.now() + lifeMs };
            const message = { id: `m${accepted.length}`, conversation, text: 'x', ...more };
            const { jobId, settled } = await server.enqueue(message, { signal: abort.signal });
            const fate = settled.then(
              () => 'SENT',
              (error: { code: string }) => error.code,
            );
            accepted.push({ jobId, conversation, abort, fate });
          } else if (chosen) server.resolveDelivery(chosen.jobId, kind as 'retry' | 'giveUp' | 'sent');
        }
        const stopped = server.stop({ deadlineMs: 3_000 });
        await clock.advance(3_000);
        const account = await stopped;
        const fates = await Promise.all(accepted.map(({ fate }) => fate));
        const count = (code: string) => fates.filter((fate) => fate === code).length;
        expect(account).toMatchObject({
          accepted: fates.length,
          sent: count('SENT'),
          failed: count('DELIVERY_FAILED'),
          expired: count('DELIVERY_EXPIRED'),
          withdrawn: count('DELIVERY_WITHDRAWN'),
          unknown: count('DELIVERY_UNKNOWN'),
        });
        expect(account.handedBack).toHaveLength(count('HANDED_BACK'));
        for (const conversation of ['c0', 'c1', 'c2']) {
          const sent = channel.sends.filter(({ message }) => message.conversation === conversation);
          const numbers = sent.map(({ message }) => Number(message.id.slice(1)));
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        }
        const isCertain = ({ outcome: how }: (typeof channel.sends)[number]) =>
          how === null || (how.kind === 'fail' && (how.reason as Failure).delivered !== 'unknown');
        for (const [n, call] of channel.sends.entries()) {
          const isLast = channel.sends.findLastIndex(({ message }) => message.id === call.message.id) === n;
          if (sender.unknownOutcome === 'fail' && !isLast) expect(isCertain(call)).toBe(true);
        }
        for (const { jobId } of accepted) {
          const endings = ['sent', 'expired', 'withdrawn', 'unknown', 'gave_up'].map((name) => `delivery.${name}`);
          const own = events.filter(
            ({ name, metadata }) => name.startsWith('delivery.') && metadata['jobId'] === jobId,
          );
          const ended = own.findIndex(({ name }) => endings.includes(name));
          expect(ended === -1 ? own.length : ended + 1).toBe(own.length);
        }
        expect(events.at(-1)?.name).toBe('instance.stopped');
        await clock.advance(60_000);
        expect(clock.pending()).toEqual([]);
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 400) },
    );
  }, 120_000);
});
