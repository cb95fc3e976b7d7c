import { describe, expect, it } from 'vitest';
import { outcome } from '../src/index.ts';
import { commit, connect, fateOf, inbound, newChannel, outbound, poll, WatchedSignal } from './onChannel.ts';

const { signal } = new AbortController();

describe('a refusal that is ready made', () => {
  it.each([
    ['unauthorized', outcome.unauthorized(), { severity: 'fatal', scope: 'auth', code: 'scripted.401' }],
    ['conflict', outcome.conflict(), { severity: 'recoverable', scope: 'conflict', code: 'scripted.409' }],
    ['rateLimited', outcome.rateLimited(), { severity: 'recoverable', scope: 'rate', code: 'scripted.429' }],
    [
      'rateLimited with a time and a scope',
      outcome.rateLimited({ retryAfterMs: 3_000, scope: 'conversation' }),
      { scope: 'rate', retryAfterMs: 3_000, pauses: 'conversation' },
    ],
    ['messageRefused', outcome.messageRefused(), { severity: 'degraded', scope: 'message', delivered: 'no' }],
    ['unavailable', outcome.unavailable(), { severity: 'recoverable', scope: 'server', delivered: 'unknown' }],
  ])('%s is classified as what it is', async (_name, refusal, expected) => {
    const { channel } = newChannel({ script: { send: [refusal] } });
    const link = await connect(channel);
    const error = await link.send(outbound('m'), { signal }).catch((reason: unknown) => reason);
    expect(channel.classifyFailure(error, 'send')).toMatchObject(expected);
  });
});

describe('a late answer', () => {
  it('comes after the abort and the delay, not before', async () => {
    const { clock, channel } = newChannel({
      script: { send: [outcome.late(outcome.ok({ externalMessageId: 7 }), 500)] },
    });
    const link = await connect(channel);
    const watched = new WatchedSignal();
    const sending = link.send(outbound('m'), watched);
    await clock.advance(60_000);
    expect(await fateOf(clock, sending)).toBe('pending');
    watched.controller.abort('deadline');
    await clock.advance(499);
    expect(await fateOf(clock, sending)).toBe('pending');
    await clock.advance(1);
    expect(await fateOf(clock, sending)).toEqual({ value: { externalMessageId: 7 } });
    expect(watched.listeners).toBe(0);
    expect(clock.pending()).toEqual([]);
  });

  it('of connect opens a link for which nobody waits any more', async () => {
    const { clock, channel } = newChannel({ script: { connect: [outcome.late(outcome.ok())] } });
    const watched = new WatchedSignal();
    const connecting = connect(channel, watched.signal);
    watched.controller.abort('deadline');
    await clock.advance(0);
    expect(await fateOf(clock, connecting)).toHaveProperty('value');
    expect(channel.openLinks).toBe(1);
  });
});

describe('what comes in', () => {
  const idsOf = (items: readonly { readonly message: { readonly id: string } }[]) =>
    items.map(({ message }) => message.id);

  it('may come twice, also after it was committed, under a cursor of its own', async () => {
    const { channel } = newChannel();
    const link = await connect(channel);
    const cursor = channel.deliver(inbound('m'));
    expect(channel.redeliver(cursor)).toBe(2);
    expect(idsOf((await poll(link)).items)).toEqual(['m', 'm']);
    await commit(link, 2);
    expect(channel.redeliver(cursor)).toBe(3);
    expect(await poll(link, { cursor: 2 })).toMatchObject({ items: [{ message: { id: 'm' }, cursor: 3 }], cursor: 3 });
  });

  it('cannot come again when it never came, or was forgotten', () => {
    const { channel } = newChannel({ keep: 1 });
    expect(() => channel.redeliver(1)).toThrow('a message that was delivered and is remembered');
    const first = channel.deliver(inbound('a'));
    channel.deliver(inbound('b'));
    expect(() => channel.redeliver(first)).toThrow('a message that was delivered and is remembered');
  });

  it('is skipped when it is no message, and the cursor passes it', async () => {
    const { channel } = newChannel();
    const link = await connect(channel);
    channel.deliverUnreadable();
    expect(await poll(link)).toEqual({ items: [], cursor: 1 });
    channel.deliver(inbound('m'));
    channel.deliverUnreadable();
    expect(await poll(link)).toMatchObject({ items: [{ cursor: 2 }], cursor: 3 });
    expect(idsOf(channel.uncommitted)).toEqual(['m']);
  });

  it('may be handed over malformed, as by an adapter that does not look', async () => {
    const { channel } = newChannel({ script: { poll: [outcome.malformedItems({ id: 3 })] } });
    expect(await poll(await connect(channel))).toEqual({ items: [{ message: { id: 3 }, cursor: 1 }], cursor: 1 });
  });
});
