import { outcome } from '@holdfast/testing';
import type { Failure, Json, StartInstanceOptions, TelemetryEvent } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { type Running, startOn } from '../machine/onScriptedChannel.ts';
import { nothing } from '../runtime/running.ts';
import { killSender } from './killSender.ts';

type SenderSettings = NonNullable<StartInstanceOptions<Running['channel']>['sender']>;

const reset: Failure = {
  severity: 'recoverable',
  scope: 'link',
  code: 'x.reset',
  message: 'reset',
  delivered: 'unknown',
};
const broken: Failure = { severity: 'recoverable', scope: 'server', code: 'x.500', message: 'broken', delivered: 'no' };
const refused: Failure = {
  severity: 'recoverable',
  scope: 'message',
  code: 'x.400',
  message: 'refused',
  delivered: 'no',
};

const texts = ({ channel }: Running) => channel.sends.map(({ message }) => message.text);
const metadataOf = (events: readonly TelemetryEvent[], name: string, key: string): Json[] =>
  events.filter((event) => event.name === name).map(({ metadata }) => metadata[key] ?? null);

/** An instance whose first send never ends, with a second message in the same conversation and one in another. */
async function inMidSend(sender: SenderSettings) {
  const running = await startOn({ script: { send: [outcome.hang()] }, capabilities: { maxInFlight: 4 } }, { sender });
  const { clock, server } = running;
  const first = await server.enqueue({ conversation: 'a', text: 'a1' });
  const second = await server.enqueue({ conversation: 'a', text: 'a2' });
  const other = await server.enqueue({ conversation: 'b', text: 'b1' });
  await clock.settle();
  expect(texts(running)).toEqual(['a1', 'b1']);
  return { ...running, first, second, other, running };
}

const ends = [
  ['a link that is lost', ({ channel }: Running) => channel.links.at(-1)?.drop()],
  ['a Sender that breaks', ({ server }: Running) => killSender(server)],
] as const;

describe.each(ends)('R8: %s in mid-send', (_, end) => {
  it('under `retry` sends it again, before what comes after it', async () => {
    const { clock, first, second, running, server } = await inMidSend({ unknownOutcome: 'retry' });
    end(running);
    await clock.advance(60_000);
    expect(texts(running)).toEqual(['a1', 'b1', 'a1', 'a2']);
    await Promise.all([first.settled, second.settled]);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 3, sent: 3 });
  });

  it('under `hold` keeps it and its conversation until a word comes, and sends to the others', async () => {
    const { clock, events, first, running, server } = await inMidSend({ unknownOutcome: 'hold' });
    end(running);
    await clock.advance(60_000);
    expect(server.delivery(first.jobId)).toEqual({ state: 'held', attempts: 1, mayBeDelivered: true });
    await server.send({ conversation: 'b', text: 'b2' });
    expect(texts(running)).toEqual(['a1', 'b1', 'b2']);
    expect(metadataOf(events, 'delivery.held', 'jobId')).toEqual([first.jobId]);
    expect(server.resolveDelivery(first.jobId, 'retry')).toBe(true);
    await clock.settle();
    expect(texts(running)).toEqual(['a1', 'b1', 'b2', 'a1', 'a2']);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 4, sent: 4 });
  });

  it('under `fail` gives it up as unknown, and goes on with its conversation', async () => {
    const { clock, events, first, running, server } = await inMidSend({ unknownOutcome: 'fail' });
    end(running);
    await clock.advance(60_000);
    await expect(first.settled).rejects.toMatchObject({ code: 'DELIVERY_UNKNOWN', jobId: first.jobId });
    expect(texts(running)).toEqual(['a1', 'b1', 'a2']);
    expect(metadataOf(events, 'delivery.unknown', 'jobId')).toEqual([first.jobId]);
    expect(server.delivery(first.jobId)).toMatchObject({ state: 'unknown', failure: { delivered: 'unknown' } });
    expect(await server.stop()).toEqual({ ...nothing, accepted: 3, sent: 2, unknown: 1 });
  });

  it('R7: and a stop before it is back make it uncertain, not handed back', async () => {
    const { clock, first, second, running, server } = await inMidSend({ unknownOutcome: 'retry' });
    end(running);
    const stopped = server.stop({ deadlineMs: 0 });
    await clock.advance(0);
    expect(await stopped).toMatchObject({
      ...nothing,
      accepted: 3,
      sent: 1,
      unknown: 1,
      handedBack: [{ text: 'a2' }],
      uncertain: [{ text: 'a1' }],
    });
    await expect(first.settled).rejects.toMatchObject({ code: 'DELIVERY_UNKNOWN' });
    await expect(second.settled).rejects.toMatchObject({ code: 'HANDED_BACK' });
  });

  it('a withdrawn one is unknown and not sent again', async () => {
    const controller = new AbortController();
    const running = await startOn({ script: { send: [outcome.hang()] } });
    const { clock, server, names } = running;
    const { settled } = await server.enqueue({ conversation: 'a', text: 'a1' }, { signal: controller.signal });
    await clock.settle();
    controller.abort();
    end(running);
    await clock.advance(60_000);
    await expect(settled).rejects.toMatchObject({ code: 'DELIVERY_UNKNOWN' });
    expect(texts(running)).toEqual(['a1']);
    expect(names().filter((name) => name === 'delivery.retry_scheduled')).toEqual([]);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, unknown: 1 });
  });
});

describe('R8: a broken Sender', () => {
  it('is replaced by one that sends no more at once than the channel allows, and takes its answers no more', async () => {
    const { channel, clock, server } = await startOn({
      capabilities: { maxInFlight: 2 },
      fallback: { send: outcome.hang({ ignoreAbort: true }) },
    });
    for (const conversation of ['a', 'b', 'c', 'd', 'e']) void server.enqueue({ conversation, text: conversation });
    await clock.settle();
    expect(channel.sends).toHaveLength(2);
    killSender(server);
    await clock.advance(1_000);
    expect(server.status().status).toBe('connected');
    expect(channel.sends).toHaveLength(4);
    for (const call of channel.sends.slice(0, 2)) call.answer(outcome.ok());
    await clock.settle();
    expect(channel.sends).toHaveLength(4);
    for (const call of channel.sends.slice(2, 4)) call.answer(outcome.ok());
    await clock.settle();
    expect(channel.sends).toHaveLength(6);
  });

  it('without a link to come does not keep what it left from expiring', async () => {
    const { channel, clock, server } = await startOn({ fallback: { connect: outcome.hang() } });
    const expiresAt = clock.now() + 5_000;
    const { settled } = await server.enqueue({ conversation: 'a', text: 'x', expiresAt });
    await clock.settle();
    killSender(server);
    await clock.advance(5_000);
    await expect(settled).rejects.toMatchObject({ code: 'DELIVERY_EXPIRED' });
    expect(channel.sends).toEqual([]);
  });
});

describe('R8: an answer that leaves it open', () => {
  it('uses up attempts under `retry`, and at the last one is unknown, not failed', async () => {
    const { clock, events, server } = await startOn(
      { fallback: { send: outcome.fail(reset) } },
      { sender: { maxAttempts: 3, unknownOutcome: 'retry' } },
    );
    const { jobId, settled } = await server.enqueue({ conversation: 'a', text: '1' });
    await clock.advance(600_000);
    await expect(settled).rejects.toMatchObject({ code: 'DELIVERY_UNKNOWN', failure: { code: 'x.reset' } });
    expect(metadataOf(events, 'delivery.attempt', 'attempt')).toEqual([1, 2, 3]);
    expect(metadataOf(events, 'delivery.unknown', 'reason')).toEqual(['x.reset']);
    expect(metadataOf(events, 'delivery.gave_up', 'jobId')).toEqual([]);
    expect(server.delivery(jobId)).toMatchObject({ state: 'unknown' });
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, unknown: 1 });
  });

  it.each([
    ['refused by the peer', [reset, refused]],
    ['given up after attempts that failed for certain', [reset, broken, broken]],
  ])('is not forgotten when it is later %s: it is unknown, not failed', async (_, failures) => {
    const { clock, server } = await startOn(
      { script: { send: failures.map((failure) => outcome.fail(failure)) } },
      { sender: { maxAttempts: 3 } },
    );
    const { settled } = await server.enqueue({ conversation: 'a', text: '1' });
    await clock.advance(60_000);
    await expect(settled).rejects.toMatchObject({ code: 'DELIVERY_UNKNOWN', failure: { code: 'x.reset' } });
  });

  it('is not forgotten while it waits for its retry: a stop makes it uncertain', async () => {
    const { clock, server } = await startOn({ script: { send: [outcome.fail(reset)] } });
    for (const text of ['1', '2']) void server.enqueue({ conversation: 'a', text });
    await clock.settle();
    const stopped = server.stop({ deadlineMs: 0 });
    await clock.advance(0);
    expect(await stopped).toMatchObject({
      ...nothing,
      accepted: 2,
      unknown: 1,
      handedBack: [{ text: '2' }],
      uncertain: [{ text: '1' }],
    });
  });

  it('under `hold` a resumed one is asked about again when the next attempt leaves it open too', async () => {
    const { clock, server, channel } = await startOn(
      { script: { send: [outcome.fail(reset), outcome.hang()] } },
      { sender: { unknownOutcome: 'hold' } },
    );
    const { jobId } = await server.enqueue({ conversation: 'a', text: '1' });
    await clock.settle();
    server.resolveDelivery(jobId, 'retry');
    await clock.settle();
    expect(server.delivery(jobId)).toEqual({ state: 'inFlight', attempts: 2 });
    killSender(server);
    await clock.advance(60_000);
    expect(server.delivery(jobId)).toEqual({ state: 'held', attempts: 2, mayBeDelivered: true });
    expect(channel.sends).toHaveLength(2);
  });
});
