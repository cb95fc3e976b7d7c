import { type Failure, InvalidInputError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { outcome, type Script, type ScriptedChannel } from '../src/index.ts';
import { connect, fateOf, newChannel, outbound, WatchedSignal } from './onChannel.ts';

const failure: Failure = { severity: 'fatal', scope: 'auth', code: 'x.401', message: 'revoked' };

/** Makes one call of the operation that the script is for. */
type Make = (channel: ScriptedChannel, signal: AbortSignal) => Promise<unknown>;

const operations: [name: 'connect' | 'probe' | 'send', make: Make][] = [
  ['connect', connect],
  ['probe', async (channel, signal) => (await connect(channel)).probe({ signal })],
  ['send', async (channel, signal) => (await connect(channel)).send(outbound('m'), { signal })],
];

describe.each(operations)('a script for %s', (operation, make) => {
  function start(script: Script) {
    const { clock, channel } = newChannel({ script });
    const watched = new WatchedSignal();
    return { clock, channel, watched, result: make(channel, watched.signal) };
  }

  it.each([
    ['an Error', new Error('no route')],
    ['a Failure', failure],
    ['a string', 'timeout'],
    ['a JSON object', { http: 503 }],
    ['nothing', undefined],
  ])('fails with %s, the very value that it was given', async (_name, reason) => {
    const { clock, channel, result } = start({ [operation]: [outcome.fail(reason)] });
    expect(await fateOf(clock, result)).toEqual({ reason });
    expect(channel[`${operation}s`].at(-1)).toMatchObject({ state: 'rejected', outcome: { kind: 'fail' } });
  });

  it('hangs until its signal aborts, then rejects with the reason of the signal and listens no more', async () => {
    const { clock, channel, watched, result } = start({ [operation]: [outcome.hang()] });
    expect(await fateOf(clock, result)).toBe('pending');
    await clock.advance(86_400_000);
    expect(await fateOf(clock, result)).toBe('pending');
    expect(watched.listeners).toBe(1);
    watched.controller.abort('enough');
    expect(await fateOf(clock, result)).toEqual({ reason: 'enough' });
    expect(watched.listeners).toBe(0);
    expect(channel[`${operation}s`]).toHaveLength(1);
  });

  it('ignores the abort when told so, and answers late when the test says so', async () => {
    const { clock, channel, watched, result } = start({ [operation]: [outcome.hang({ ignoreAbort: true })] });
    await clock.settle();
    watched.controller.abort('enough');
    await clock.advance(60_000);
    expect(await fateOf(clock, result)).toBe('pending');
    channel[`${operation}s`].at(-1)?.answer(outcome.fail('late'));
    expect(await fateOf(clock, result)).toEqual({ reason: 'late' });
  });

  it('waits its delay in virtual time, then does what comes next, and leaves no timer', async () => {
    const { clock, watched, result } = start({ [operation]: [outcome.delayed(250, outcome.fail('slow'))] });
    await clock.advance(249);
    expect(await fateOf(clock, result)).toBe('pending');
    await clock.advance(1);
    expect(await fateOf(clock, result)).toEqual({ reason: 'slow' });
    expect(clock.pending()).toEqual([]);
    expect(watched.listeners).toBe(0);
  });

  it('ends a delay when its signal aborts, and leaves no timer', async () => {
    const { clock, watched, result } = start({ [operation]: [outcome.delayed(250, outcome.ok())] });
    await clock.advance(100);
    watched.controller.abort('enough');
    expect(await fateOf(clock, result)).toEqual({ reason: 'enough' });
    expect(clock.pending()).toEqual([]);
    expect(watched.listeners).toBe(0);
  });

  it('goes on with a delay after the abort when told so', async () => {
    const late = outcome.delayed(250, outcome.fail('late'), { ignoreAbort: true });
    const { clock, watched, result } = start({ [operation]: [late] });
    await clock.advance(100);
    watched.controller.abort('enough');
    expect(await fateOf(clock, result)).toBe('pending');
    await clock.advance(150);
    expect(await fateOf(clock, result)).toEqual({ reason: 'late' });
  });

  it('that heeds the abort again after such a delay ends at once, with the reason of the signal', async () => {
    const late = outcome.delayed(250, outcome.hang(), { ignoreAbort: true });
    const { clock, watched, result } = start({ [operation]: [late] });
    await clock.settle();
    watched.controller.abort('enough');
    await clock.advance(249);
    expect(await fateOf(clock, result)).toBe('pending');
    await clock.advance(1);
    expect(await fateOf(clock, result)).toEqual({ reason: 'enough' });
  });

  it.each([undefined, null, 42, 'text', {}])('resolves with garbage: %s', async (value) => {
    const { clock, result } = start({ [operation]: [outcome.garbage(value)] });
    expect(await fateOf(clock, result)).toEqual({ value });
  });

  it('gives no outcome to a call whose signal has aborted before', async () => {
    const { clock, channel } = newChannel({ script: { [operation]: [outcome.fail('scripted')] } });
    expect(await fateOf(clock, make(channel, AbortSignal.abort('before')))).toEqual({ reason: 'before' });
    expect(channel[`${operation}s`].at(-1)).toMatchObject({ outcome: null, state: 'rejected' });
    expect(await fateOf(clock, make(channel, new AbortController().signal))).toEqual({ reason: 'scripted' });
  });
});

describe('a synchronous throw', () => {
  it('comes out of the call itself, and the call counts as rejected', async () => {
    const error = new Error('at once');
    const { channel } = newChannel({ script: { connect: [outcome.throwAtOnce(error), outcome.ok()] } });
    expect(() => connect(channel)).toThrow(error);
    expect(channel.connects[0]).toMatchObject({ state: 'rejected', atMs: 0 });
    const link = await connect(channel);
    channel.append({ probe: [outcome.throwAtOnce('p')], send: [outcome.throwAtOnce('s')] });
    const { signal } = new AbortController();
    expect(() => link.probe({ signal })).toThrow('p');
    expect(() => link.send(outbound('m'), { signal })).toThrow('s');
  });

  it('after a delay is a rejection, since the call has returned', async () => {
    const { clock, channel } = newChannel({ script: { connect: [outcome.delayed(5, outcome.throwAtOnce('x'))] } });
    const result = connect(channel);
    const [fate] = await Promise.all([result.catch((reason: unknown) => ({ reason })), clock.advance(5)]);
    expect(fate).toEqual({ reason: 'x' });
  });
});

describe('the order of outcomes', () => {
  it('is that of the script, call by call, and then the fallback for ever', async () => {
    const { channel } = newChannel({
      script: { connect: [outcome.fail(1), outcome.ok({ name: 'two' })] },
      fallback: { connect: outcome.fail('rest') },
    });
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => connect(channel)));
    expect(results).toMatchObject([
      { reason: 1 },
      { value: { identity: { name: 'two' } } },
      { reason: 'rest' },
      { reason: 'rest' },
    ]);
  });

  it('works without a script and a fallback', async () => {
    const { channel } = newChannel();
    const { signal } = new AbortController();
    const link = await connect(channel);
    expect(link.identity).toEqual({ name: 'scripted' });
    await expect(link.probe({ signal })).resolves.toBeUndefined();
    expect(await link.send(outbound('a'), { signal })).toEqual({ externalMessageId: 1 });
    expect(await link.send(outbound('b'), { signal })).toEqual({ externalMessageId: 2 });
  });

  it('of connectOrProbe goes to whichever of the two is called next', async () => {
    const { channel } = newChannel({
      script: { connectOrProbe: [outcome.ok(), outcome.fail('probe 1'), outcome.fail('connect 2'), outcome.ok()] },
    });
    const { signal } = new AbortController();
    const link = await connect(channel);
    await expect(link.probe({ signal })).rejects.toBe('probe 1');
    await expect(connect(channel)).rejects.toBe('connect 2');
    await expect(link.probe({ signal })).resolves.toBeUndefined();
  });

  it('takes the script of the operation before the shared one', async () => {
    const { channel } = newChannel({
      script: { connect: [outcome.ok()], probe: [outcome.fail('own')], connectOrProbe: [outcome.fail('shared')] },
    });
    const { signal } = new AbortController();
    const link = await connect(channel);
    await expect(link.probe({ signal })).rejects.toBe('own');
    await expect(link.probe({ signal })).rejects.toBe('shared');
    await expect(link.probe({ signal })).resolves.toBeUndefined();
  });

  it('can be added to, after what is left of each script', async () => {
    const { channel } = newChannel({ script: { connect: [outcome.fail(1)] } });
    channel.append({ connect: [outcome.fail(2)], connectOrProbe: [outcome.fail(3)] });
    for (const reason of [1, 2, 3]) await expect(connect(channel)).rejects.toBe(reason);
    await expect(connect(channel)).resolves.toBeDefined();
  });
});

describe('answering a call', () => {
  it('ends a delay early and clears its timer', async () => {
    const { clock, channel } = newChannel({ script: { connect: [outcome.delayed(9_000, outcome.fail('late'))] } });
    const result = connect(channel);
    channel.connects[0]?.answer(outcome.ok({ name: 'early' }));
    expect((await result).identity).toEqual({ name: 'early' });
    expect(clock.pending()).toEqual([]);
    expect(channel.openLinks).toBe(1);
  });

  it('may let it hang on, and is refused once it has settled', async () => {
    const { clock, channel } = newChannel({ script: { connect: [outcome.hang()] } });
    const result = connect(channel);
    const [call] = channel.connects;
    call?.answer(outcome.delayed(10, outcome.fail('at 10')));
    const fate = fateOf(clock, result);
    await clock.advance(10);
    expect(await fate).toBe('pending');
    await expect(result).rejects.toBe('at 10');
    expect(() => call?.answer(outcome.ok())).toThrow(InvalidInputError);
    expect(() => call?.answer(outcome.ok())).toThrow(/received a call that is rejected/);
  });

  it('of two sends at once settles each with its own receipt', async () => {
    const { channel } = newChannel({ script: { send: [outcome.hang(), outcome.hang()] } });
    const { signal } = new AbortController();
    const link = await connect(channel);
    const results = [link.send(outbound('a'), { signal }), link.send(outbound('b'), { signal })];
    channel.sends[1]?.answer(outcome.ok());
    channel.sends[0]?.answer(outcome.ok());
    expect(await Promise.all(results)).toEqual([{ externalMessageId: 1 }, { externalMessageId: 2 }]);
  });
});

describe('clearing the script', () => {
  it('gives the calls to come their fallbacks, and leaves those under way alone', async () => {
    const { clock, channel } = newChannel({
      script: { connect: [outcome.delayed(5, outcome.fail('told before')), outcome.fail('dropped')] },
    });
    channel.append({ connectOrProbe: [outcome.fail('dropped too')] });
    const underWay = connect(channel);
    channel.clearScript();
    await expect(Promise.all([underWay, clock.advance(5)])).rejects.toBe('told before');
    const link = await connect(channel);
    await expect(link.probe({ signal: new AbortController().signal })).resolves.toBeUndefined();
  });
});
