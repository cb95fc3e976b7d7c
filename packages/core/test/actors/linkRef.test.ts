import { VirtualClock } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { Cancellation } from '../../src/actors/Cancellation.ts';
import { connecting, LinkRef } from '../../src/actors/linkRef.ts';
import type { Link } from '../../src/ports/channel.ts';
import type { Failure } from '../../src/schema/failure.ts';
import type { QueuedMessage } from '../../src/schema/message.ts';

const dead: Failure = { severity: 'recoverable', scope: 'link', code: 'test.reset', message: 'token' };
const message: QueuedMessage = { id: '1', conversation: 'c', text: 'hello', idempotencyKey: '1', metadata: {} };
const request = { method: 'POST', headers: {}, body: '{}' };

/** What an adapter must not answer: no type lets it through, and JavaScript does. */
const garbage = (value: unknown): never => value as never;

/** A link that answers nicely, but for what the test replaces. */
function refTo(replaced: Partial<Link> = {}) {
  const clock = new VirtualClock({ startMs: 1_000 });
  const link: Link = {
    identity: { name: 'bot' },
    closed: new Promise(() => undefined),
    send: async () => ({ externalMessageId: 'ext' }),
    probe: async () => undefined,
    close: async () => undefined,
    ...replaced,
  };
  const ref = new LinkRef(link, 7, {
    kind: 'test',
    clock,
    classify: (error, during) => ({ ...dead, code: `test.${during}`, message: String(error) }),
    redact: (failure) => ({ ...failure, message: '[redacted]' }),
    redactIdentity: (identity) => ({ ...identity, isRedacted: true }),
  });
  return { clock, link, ref, limits: { signal: new Cancellation(), timeoutMs: 500 } };
}

/** Why it has died, for who begins to watch it now. */
const endOf = (ref: LinkRef): Promise<Failure> => new Promise((onClosed) => ref.watch({ onClosed }));

const invalid = (during: string, expected: string): Failure => ({
  severity: 'recoverable',
  scope: 'server',
  code: 'test.invalid_return',
  message: `The test adapter answered ${during} with something else than ${expected}.`,
});

describe('a link', () => {
  it('shows its epoch and its redacted identity, and nothing else', () => {
    expect(JSON.parse(JSON.stringify(refTo().ref))).toEqual({ epoch: 7, identity: { name: 'bot', isRedacted: true } });
  });

  it('is what has an identity, a promise of its end, and can send, probe and be closed', () => {
    const { link } = refTo();
    expect(connecting.isExpected(link)).toBe(true);
    for (const key of ['identity', 'closed', 'send', 'probe', 'close']) {
      expect([key, connecting.isExpected({ ...link, [key]: undefined })]).toEqual([key, false]);
      expect([key, connecting.isExpected({ ...link, [key]: 'text' })]).toEqual([key, false]);
    }
    for (const value of [undefined, null, 'link', { ...link, identity: null }])
      expect(connecting.isExpected(value)).toBe(false);
  });

  it('that cannot be read from says so, and answers a read with garbage', async () => {
    const { limits, ref } = refTo();
    expect([ref.canPoll, refTo({ poll: async () => ({ items: [], cursor: null }) }).ref.canPoll]).toEqual([
      false,
      true,
    ]);
    expect(await ref.poll(null, 0, limits)).toEqual({ ok: false, failure: invalid('poll', '{ items, cursor }') });
  });

  it('hands each call what it is about', async () => {
    const seen: unknown[] = [];
    const note = (...args: unknown[]): void => void seen.push(args.map((arg) => JSON.parse(JSON.stringify(arg))));
    const { limits, ref } = refTo({
      poll: async ({ cursor, waitMs }) => {
        note('poll', cursor, waitMs);
        return { items: [], cursor: 2 };
      },
      commit: async (cursor) => note('commit', cursor),
      send: async ({ id }) => {
        note('send', id);
        return { externalMessageId: 5 };
      },
      handleWebhook: async ({ method }) => {
        note('webhook', method);
        return { status: 204 };
      },
    });
    expect(await ref.poll(1, 25, limits)).toEqual({ ok: true, value: { items: [], cursor: 2 } });
    expect(await ref.commit(2, limits)).toEqual({ ok: true, value: undefined });
    expect(await ref.send(message, limits)).toEqual({ ok: true, value: { externalMessageId: 5 } });
    expect(await ref.handleWebhook(request, limits)).toEqual({ ok: true, value: { status: 204 } });
    expect(seen).toEqual([
      ['poll', 1, 25],
      ['commit', 2],
      ['send', '1'],
      ['webhook', 'POST'],
    ]);
  });

  it('without a commit or a webhook has nothing to do for them', async () => {
    const { limits, ref } = refTo();
    expect(await ref.commit(1, limits)).toEqual({ ok: true, value: undefined });
    expect(await ref.handleWebhook(request, limits)).toBeUndefined();
  });
});

describe('every call over a link', () => {
  const calls = {
    poll: (ref: LinkRef, limits: { signal: Cancellation; timeoutMs: number }) => ref.poll(null, 0, limits),
    commit: (ref: LinkRef, limits: { signal: Cancellation; timeoutMs: number }) => ref.commit(null, limits),
    send: (ref: LinkRef, limits: { signal: Cancellation; timeoutMs: number }) => ref.send(message, limits),
    probe: (ref: LinkRef, limits: { signal: Cancellation; timeoutMs: number }) => ref.probe(limits),
    webhook: (ref: LinkRef, limits: { signal: Cancellation; timeoutMs: number }) => ref.handleWebhook(request, limits),
  };
  const answering = (answer: () => Promise<never>): Partial<Link> => ({
    poll: answer,
    commit: answer,
    send: answer,
    probe: answer,
    handleWebhook: answer,
  });

  it.each(Object.entries(calls))('is classified by what it was when it rejects: %s', async (during, call) => {
    const { limits, ref } = refTo(answering(() => Promise.reject(new Error('no'))));
    expect(await call(ref, limits)).toEqual({
      ok: false,
      failure: { ...dead, code: `test.${during}`, message: 'Error: no' },
    });
  });

  it.each(Object.entries(calls))('ends at its deadline: %s', async (during, call) => {
    const { clock, limits, ref } = refTo(answering(() => new Promise(() => undefined)));
    const outcome = call(ref, limits);
    await clock.advance(500);
    expect(await outcome).toMatchObject({ ok: false, failure: { message: `No answer to ${during} within 500 ms.` } });
    expect(clock.pending()).toEqual([]);
  });

  it.each(Object.entries(calls))('ends when it is given up, and tells the adapter: %s', async (during, call) => {
    const { limits, ref } = refTo(answering(() => new Promise(() => undefined)));
    const outcome = call(ref, limits);
    limits.signal.abort();
    expect(await outcome).toMatchObject({
      failure: { code: 'holdfast.aborted', message: expect.stringContaining(`The ${during} was given up`) },
    });
  });

  it('tells the adapter when it is given up, where the adapter asks for a signal', async () => {
    const signals: AbortSignal[] = [];
    const hang = ({ signal }: { readonly signal: AbortSignal }): Promise<never> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const { limits, ref } = refTo({ poll: hang, send: (_, options) => hang(options), probe: hang });
    const outcomes = [ref.poll(null, 0, limits), ref.send(message, limits), ref.probe(limits)];
    limits.signal.abort();
    await Promise.all(outcomes);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });
});

describe('an answer of the adapter', () => {
  const item = { message: { id: '1', conversation: 'c', text: 'x' }, cursor: 1 };

  it.each([null, 'text', 0])('to a send is a receipt when its id is %j', async (externalMessageId) => {
    const { limits, ref } = refTo({ send: async () => ({ externalMessageId }) });
    expect(await ref.send(message, limits)).toEqual({ ok: true, value: { externalMessageId } });
  });

  it.each([[undefined], [null], ['ext'], [{}], [{ externalMessageId: true }], [{ externalMessageId: {} }]])(
    'to a send that is %j may mean that it arrived',
    async (value) => {
      const { limits, ref } = refTo({ send: async () => garbage(value) });
      const failure = { ...invalid('send', 'a receipt { externalMessageId }'), delivered: 'unknown' };
      expect(await ref.send(message, limits)).toEqual({ ok: false, failure });
    },
  );

  it.each([
    [undefined],
    [null],
    ['items'],
    [{ items: [] }],
    [{ cursor: 1 }],
    [{ items: 'none', cursor: 1 }],
    [{ items: [item, null], cursor: 1 }],
    [{ items: [{ message: item.message }], cursor: 1 }],
    [{ items: [{ message: { id: '1' }, cursor: 1 }], cursor: 1 }],
  ])('to a read that is %j is garbage', async (value) => {
    const { limits, ref } = refTo({ poll: async () => garbage(value) });
    expect(await ref.poll(null, 0, limits)).toEqual({ ok: false, failure: invalid('poll', '{ items, cursor }') });
  });

  it('to a read may hold messages', async () => {
    const { limits, ref } = refTo({ poll: async () => ({ items: [item], cursor: null }) });
    expect(await ref.poll(null, 0, limits)).toEqual({ ok: true, value: { items: [item], cursor: null } });
  });

  it.each([[undefined], [null], [200], [{}], [{ status: '200' }]])(
    'to a webhook that is %j is garbage',
    async (value) => {
      const { limits, ref } = refTo({ handleWebhook: async () => garbage(value) });
      expect(await ref.handleWebhook(request, limits)).toEqual({
        ok: false,
        failure: invalid('webhook', 'a response { status }'),
      });
    },
  );
});

describe('the end of a link', () => {
  it('is told without credentials', async () => {
    const { ref } = refTo({ closed: Promise.resolve(dead) });
    expect(await endOf(ref)).toEqual({ ...dead, message: '[redacted]' });
    // Also who comes late, and not before the call that asks is over.
    const told: Failure[] = [];
    ref.watch({ onClosed: (failure) => told.push(failure) });
    expect(told).toEqual([]);
    await Promise.resolve();
    expect(told).toHaveLength(1);
  });

  it('that is told as garbage is a failure of the adapter', async () => {
    const { ref } = refTo({ closed: Promise.resolve(garbage('bye')) });
    expect(await endOf(ref)).toEqual(invalid('connect', 'a Failure for `closed`'));
  });

  it('that rejects is classified', async () => {
    const { ref } = refTo({ closed: Promise.reject(new Error('no')) });
    expect(await endOf(ref)).toEqual({ ...dead, code: 'test.connect', message: 'Error: no' });
  });

  it('that cannot be read is classified', async () => {
    const unreadable = {
      get severity(): never {
        throw new Error('no');
      },
    };
    const { ref } = refTo({ closed: Promise.resolve(garbage(unreadable)) });
    expect(await endOf(ref)).toEqual({ ...dead, code: 'test.connect', message: 'Error: no' });
  });

  it('is asked for once, with the grace that it has', async () => {
    const asked: number[] = [];
    const { ref } = refTo({ close: async ({ graceMs }) => void asked.push(graceMs) });
    await Promise.all([ref.close(200), ref.close(300)]);
    await ref.close(400);
    expect(asked).toEqual([200]);
  });

  it('is waited for as long as the grace, and no longer', async () => {
    const { clock, ref } = refTo({ close: () => new Promise(() => undefined) });
    let isClosed = false;
    void ref.close(200).then(() => {
      isClosed = true;
    });
    await clock.advance(199);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    expect(isClosed).toBe(true);
  });

  it('of an adapter that will not close it is an end all the same', async () => {
    const { ref } = refTo({ close: () => Promise.reject(new Error('no')) });
    expect(await ref.close(200)).toBeUndefined();
  });
});
