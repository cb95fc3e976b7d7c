import { outcome, type ScriptedChannelOptions, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { type BindingOwner, ChannelBinding, type ChannelBindingOptions } from '../../src/actors/channelBinding.ts';
import { Fleet } from '../../src/actors/Fleet.ts';
import { Journal } from '../../src/actors/Journal.ts';
import { Outbox } from '../../src/policy/outbox.ts';
import { maxTimerMs } from '../../src/ports/clock.ts';
import { defaultReconnectPolicy } from '../../src/schema/reconnectPolicy.ts';
import { defaultPollerOptions, defaultSenderOptions } from '../../src/schema/workerOptions.ts';

const token = 'the first secret';

/** An instance's hold on a scripted channel, with nothing around it. */
function bind(scripted: Partial<ScriptedChannelOptions> = {}, more: Partial<ChannelBindingOptions> = {}) {
  const clock = new VirtualClock({ startMs: 1_000_000 });
  const channel = scriptedChannel({ clock, ...scripted });
  const limits = { keys: 1, handled: 1 };
  const journal = new Journal({ instanceId: 'bot', clock, store: undefined, limits, onStoreFailure: () => undefined });
  const owner: BindingOwner = {
    instanceId: 'bot',
    clock,
    random: () => 0.5,
    outbox: new Outbox(defaultSenderOptions),
    journal,
    hasFailures: false,
    onMessage: async () => undefined,
    onRestored: () => undefined,
  };
  const binding = new ChannelBinding(owner, {
    adapter: channel,
    credentials: { token },
    config: { room: 7 },
    fleet: new Fleet(clock, { fleetRatioPerSecond: 0, minPerSecond: 1, burst: 1 }),
    reconnect: defaultReconnectPolicy,
    sender: defaultSenderOptions,
    poller: defaultPollerOptions,
    ...more,
  });
  const connect = (epoch = 1, signal = new AbortController().signal) => binding.connect(epoch, signal);
  return { binding, channel, clock, connect };
}

describe('a hold on a channel', () => {
  it('shows its kind and nothing else', () => {
    expect(JSON.parse(JSON.stringify(bind().binding))).toEqual({ kind: 'scripted' });
  });

  it('hands the adapter what the instance has, and where reading goes on', async () => {
    const { binding, channel, connect } = bind();
    await binding.committed(5);
    const linked = await connect(3);
    expect(linked).toMatchObject({ ok: true, value: { epoch: 3 } });
    const { signal: _, ...attempt } = channel.connects[0]?.attempt ?? {};
    expect(attempt).toEqual({ instanceId: 'bot', credentials: { token }, config: { room: 7 }, cursor: 5 });
  });

  it('closes every link but the last, at whatever moment an attempt is given up for the next', async () => {
    const leftOpen: number[] = [];
    const outcomes: unknown[] = [];
    for (let moments = 0; moments < 24; moments += 1) {
      const { channel, clock, connect } = bind();
      const abort = new AbortController();
      const first = connect(1, abort.signal);
      for (let moment = 0; moment < moments; moment += 1) await Promise.resolve();
      abort.abort();
      await connect(2);
      await clock.settle();
      leftOpen.push(channel.links.filter(({ isOpen }) => isOpen).length);
      const outcome = await first;
      outcomes.push(outcome.ok ? `linked, epoch ${outcome.value.epoch}` : outcome.failure.message);
    }
    const givenUp = 'The connect was given up because the link or the instance was closed.';
    const linked = 'linked, epoch 1';
    expect(outcomes).toEqual(outcomes.map((_, moment) => (moment < outcomes.indexOf(linked) ? givenUp : linked)));
    expect(new Set(outcomes)).toEqual(new Set([givenUp, linked]));
    expect(leftOpen).toEqual(leftOpen.map(() => 1));
  });

  it('takes what is no link for a failure of the adapter', async () => {
    const { connect } = bind({ script: { connect: [outcome.garbage({ identity: {} })] } });
    expect(await connect()).toMatchObject({
      ok: false,
      failure: {
        code: 'scripted.invalid_return',
        message: 'The scripted adapter answered connect with something else than a Link.',
      },
    });
  });

  it('has what an attempt rejects with classified as of connecting', async () => {
    const asked: string[] = [];
    const { connect } = bind({
      script: { connect: [outcome.fail(new Error('no'))] },
      classify: (_, during) => {
        asked.push(during);
        return { severity: 'fatal', scope: 'auth', code: 'scripted.401', message: 'revoked' };
      },
    });
    expect(await connect()).toMatchObject({ ok: false, failure: { code: 'scripted.401' } });
    expect(asked).toEqual(['connect']);
  });

  it('closes the link that comes after its attempt was given up, and minds no garbage that does', async () => {
    for (const late of [outcome.ok(), outcome.garbage('half a link')]) {
      const { binding, channel, clock, connect } = bind({ script: { connect: [outcome.hang({ ignoreAbort: true })] } });
      const attempt = new AbortController();
      const connecting = connect(1, attempt.signal);
      await clock.settle();
      attempt.abort();
      expect(await connecting).toMatchObject({ ok: false, failure: { code: 'holdfast.aborted' } });
      channel.connects[0]?.answer(late as Parameters<NonNullable<(typeof channel.connects)[0]>['answer']>[0]);
      await clock.settle();
      await binding.released();
      expect(channel.openLinks).toBe(0);
    }
  });

  it('keeps hold of the link that is open while it closes one that comes late', async () => {
    const { binding, channel, clock, connect } = bind({ script: { connect: [outcome.hang({ ignoreAbort: true })] } });
    const attempt = new AbortController();
    const givenUp = connect(1, attempt.signal);
    await clock.settle();
    attempt.abort();
    await givenUp;
    await connect(2);
    channel.connects[0]?.answer(outcome.ok());
    await clock.settle();
    expect([channel.links.length, channel.openLinks]).toEqual([2, 1]);
    binding.releaseAll();
    await binding.released();
    expect(channel.openLinks).toBe(0);
  });

  it('closes the link of before when another attempt is made: it has one at most', async () => {
    const { binding, channel, connect } = bind();
    await connect(1);
    await connect(2);
    await binding.released();
    expect([channel.links.length, channel.openLinks]).toEqual([2, 1]);
    binding.releaseAll();
    await binding.released();
    expect(channel.openLinks).toBe(0);
  });

  it('waits for what it closes as long as the grace', async () => {
    const { binding, clock, connect } = bind({ script: { close: [outcome.hang()] } });
    await connect();
    binding.releaseAll();
    let isReleased = false;
    void binding.released().then(() => {
      isReleased = true;
    });
    await clock.advance(defaultReconnectPolicy.closeGraceMs - 1);
    expect(isReleased).toBe(false);
    await clock.advance(1);
    expect(isReleased).toBe(true);
  });
});

describe('what a hold on a channel remembers', () => {
  it('is the last messages that were handled, and the oldest go first', () => {
    const { binding } = bind({}, { poller: { ...defaultPollerOptions, handledCacheSize: 2 } });
    for (const id of ['1', '2', '3']) binding.handled(id);
    expect(['1', '2', '3'].map((id) => binding.hasHandled(id))).toEqual([false, true, true]);
  });

  it('is the longest pause of reading, until it is over', () => {
    const { binding, clock } = bind();
    expect(binding.readingPausedMs).toBe(0);
    binding.pauseReading(clock.now() + 500);
    binding.pauseReading(clock.now() + 200);
    expect(binding.readingPausedMs).toBe(500);
    clock.jump(600);
    expect(binding.readingPausedMs).toBe(0);
  });

  it('is the Sender that came last, and whether it has gone', () => {
    const { binding } = bind();
    const told: string[] = [];
    const message = { id: '1', conversation: 'c', text: 'x', idempotencyKey: '1', metadata: {} };
    const job = binding.outbox.accept({ jobId: '1', message, settle: () => undefined });
    if (typeof job === 'string') throw new Error(`The outbox is ${job}.`);
    const workerNamed = (name: string) => ({ wake: () => void told.push(name), claim: () => undefined });
    const [first, second] = [workerNamed('first'), workerNamed('second')];
    binding.wake();
    expect(binding.claim(job)).toBeUndefined();
    binding.onWork(first);
    binding.onWork(second);
    binding.offWork(first);
    binding.wake();
    binding.offWork(second);
    binding.wake();
    expect(told).toEqual(['second']);
  });

  it('is what its credentials were, four of them, so that no late error shows one', () => {
    const { binding } = bind({
      classify: (error) => ({ severity: 'recoverable', scope: 'link', code: 'x', message: String(error) }),
    });
    const secrets = [token, ...[2, 3, 4, 5, 6].map((n) => `secret number ${n}`)];
    for (const secret of secrets.slice(1)) binding.replaceCredentials({ token: secret });
    const shown = secrets.map((secret) => binding.classify(secret, 'send').message);
    expect(shown).toEqual([token, ...Array(5).fill('[redacted]')]);
    expect(binding.redactIdentity({ name: secrets[5] ?? '' })).toEqual({ name: '[redacted]' });
  });
});

describe('a turn', () => {
  const notBefore = (channel: object, answer: unknown): void =>
    void Object.assign(channel, { reconnectNotBefore: typeof answer === 'function' ? answer : () => answer });

  it('is taken of the fleet, unless the channel says when', () => {
    const { binding, channel, clock } = bind();
    notBefore(channel, clock.now() + 700);
    expect(binding.takeTurn()).toBe(700);
    notBefore(channel, clock.now());
    expect([binding.takeTurn(), binding.takeTurn()]).toEqual([0, 1_000]);
  });

  it.each([[undefined], ['soon'], [Number.NaN], [Number.POSITIVE_INFINITY], [{}]])(
    'is not put off by a channel that says %o',
    (answer) => {
      const { binding, channel } = bind();
      notBefore(channel, answer);
      expect(binding.takeTurn()).toBe(0);
    },
  );

  it('is not put off by a channel that throws when it is asked', () => {
    const { binding, channel } = bind();
    notBefore(channel, () => {
      throw new Error('bad hook');
    });
    expect(binding.takeTurn()).toBe(0);
  });

  it('is asked for by the id of the instance', () => {
    const { binding, channel } = bind();
    const asked: unknown[] = [];
    notBefore(channel, (id: unknown) => void asked.push(id));
    binding.takeTurn();
    expect(asked).toEqual(['bot']);
  });

  it.each([
    ['nothing', () => undefined],
    ['that it may', (nowMs: number) => nowMs],
    ['that it might have before', (nowMs: number) => nowMs - 1],
    [
      'nothing, and throws',
      () => {
        throw new Error('bad hook');
      },
    ],
  ])('is there at once where the fleet has one and the channel says %s', (_, says) => {
    const { binding, channel, clock } = bind();
    notBefore(channel, () => says(clock.now()));
    const granted: number[] = [];
    binding.awaitTurn(() => granted.push(clock.now()));
    expect([granted, clock.pending()]).toEqual([[clock.now()], []]);
  });

  it('is waited for: first what the channel says, and then the fleet', async () => {
    const { binding, channel, clock } = bind();
    const beganMs = clock.now();
    const granted: number[] = [];
    binding.takeTurn();
    notBefore(channel, beganMs + 700);
    binding.awaitTurn(() => granted.push(clock.now() - beganMs));
    await clock.advance(999);
    expect(granted).toEqual([]);
    await clock.advance(1);
    expect([granted, clock.pending()]).toEqual([[1_000], []]);
  });

  it.each([
    ['what the channel says', 100],
    ['the fleet', 800],
  ])("that is given up while it waits for %s is nobody's, and leaves no timer", async (_, afterMs) => {
    const { binding, channel, clock } = bind();
    const granted: number[] = [];
    binding.takeTurn();
    notBefore(channel, clock.now() + 700);
    const leave = binding.awaitTurn(() => granted.push(clock.now()));
    await clock.advance(afterMs);
    leave();
    expect(clock.pending()).toEqual([]);
    await clock.advance(10_000);
    expect(granted).toEqual([]);
  });

  it('that the channel puts off for longer than a timer holds is asked for again after that', async () => {
    const { binding, channel, clock } = bind();
    notBefore(channel, clock.now() + 2 * maxTimerMs);
    binding.awaitTurn(() => undefined);
    expect(clock.pending()[0]?.dueMs).toBe(clock.now() + maxTimerMs);
  });
});
