import type { Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { outcome, scriptedChannel, VirtualClock } from '../src/index.ts';
import { connect, fateOf, newChannel, outbound, poll } from './onChannel.ts';

const dropped: Failure = { severity: 'recoverable', scope: 'link', code: 'x.reset', message: 'reset by peer' };
const { signal } = new AbortController();

describe('the records', () => {
  it('say when each call was made, on which link, and with what', async () => {
    const { clock, channel } = newChannel();
    await connect(channel);
    await clock.advance(1_000);
    const second = await connect(channel);
    await clock.advance(500);
    await second.send(outbound('m1'), { signal });
    await second.probe({ signal });
    expect(channel.connects).toMatchObject([
      { atMs: 0, linkNumber: null, state: 'fulfilled', attempt: { instanceId: 'i1', cursor: null } },
      { atMs: 1_000, linkNumber: null },
    ]);
    expect(channel.sends).toMatchObject([
      { atMs: 1_500, linkNumber: 2, message: { id: 'm1' }, outcome: { kind: 'ok' } },
    ]);
    expect(channel.probes).toMatchObject([{ atMs: 1_500, linkNumber: 2 }]);
    expect(channel.links.map(({ number, openedAtMs }) => [number, openedAtMs])).toEqual([
      [1, 0],
      [2, 1_000],
    ]);
  });

  it('hold only the last ones with keep, and count them all', async () => {
    const { channel } = newChannel({ keep: 3 });
    for (let count = 0; count < 10; count += 1) {
      const link = await connect(channel);
      await link.probe({ signal });
      await link.close({ graceMs: 0 });
    }
    expect(channel.connects).toHaveLength(3);
    expect(channel.probes.map(({ linkNumber }) => linkNumber)).toEqual([8, 9, 10]);
    expect(channel.links.map(({ number }) => number)).toEqual([8, 9, 10]);
    expect(channel.callCount('connect')).toBe(10);
    expect(channel.callCount('close')).toBe(10);
    expect(channel.openLinks).toBe(0);
  });
});

describe('a link', () => {
  it('that is dropped settles closed with the failure, once, and counts as open no more', async () => {
    const { clock, channel } = newChannel();
    const link = await connect(channel);
    expect(await fateOf(clock, link.closed)).toBe('pending');
    expect([channel.openLinks, channel.links[0]?.isOpen]).toEqual([1, true]);
    channel.links[0]?.drop(dropped);
    channel.links[0]?.drop({ ...dropped, code: 'x.second' });
    expect(await link.closed).toBe(dropped);
    expect([channel.openLinks, channel.links[0]?.isOpen]).toEqual([0, false]);
  });

  it('that is dropped without a reason says so in a failure that lets a new link resume', async () => {
    const { channel } = newChannel();
    const link = await connect(channel);
    channel.links[0]?.drop();
    expect(await link.closed).toMatchObject({ code: 'scripted.dropped', severity: 'recoverable', resumable: true });
  });

  it('that has ended refuses every call with the failure that ended it, and uses up no outcome', async () => {
    const { clock, channel } = newChannel({ script: { probe: [outcome.fail('scripted')] } });
    const link = await connect(channel);
    const waiting = poll(link);
    await clock.settle();
    expect(channel.waitingPolls).toBe(1);
    channel.links[0]?.drop(dropped);
    expect(await fateOf(clock, waiting)).toEqual({ reason: dropped });
    const calls = [link.probe({ signal }), link.send(outbound('m'), { signal }), poll(link), link.commit?.(0)];
    for (const call of calls) await expect(call).rejects.toBe(dropped);
    expect(channel.probes[0]).toMatchObject({ outcome: null });
    await expect((await connect(channel)).probe({ signal })).rejects.toBe('scripted');
    expect(clock.pending()).toEqual([]);
  });

  it('that is dropped leaves a call that hangs hanging, as a dead network does', async () => {
    const { clock, channel } = newChannel({ script: { send: [outcome.hang()] } });
    const link = await connect(channel);
    const sending = link.send(outbound('m'), { signal });
    channel.links[0]?.drop(dropped);
    expect(await fateOf(clock, sending)).toBe('pending');
  });

  it('ends only its own waiting polls', async () => {
    const { clock, channel } = newChannel();
    const [first, second] = [await connect(channel), await connect(channel)];
    const polls = [poll(first), poll(second)];
    await clock.settle();
    channel.links[0]?.drop(dropped);
    expect(await fateOf(clock, polls[0] ?? Promise.resolve())).toEqual({ reason: dropped });
    expect(await fateOf(clock, polls[1] ?? Promise.resolve())).toBe('pending');
  });
});

describe('closing', () => {
  it('ends the link, is recorded with its grace, and a second time does nothing more', async () => {
    const { channel } = newChannel({ script: { close: [outcome.ok(), outcome.fail('never asked')] } });
    const link = await connect(channel);
    await link.close({ graceMs: 2_000 });
    await link.close({ graceMs: 5 });
    expect(await link.closed).toMatchObject({ code: 'scripted.closed' });
    expect(channel.links[0]?.closeCalls).toEqual([
      { atMs: 0, graceMs: 2_000 },
      { atMs: 0, graceMs: 5 },
    ]);
    expect(channel.openLinks).toBe(0);
    expect(channel.callCount('close')).toBe(1);
  });

  it('that hangs or fails leaves the link open', async () => {
    const { clock, channel } = newChannel({ script: { close: [outcome.hang(), outcome.fail('no')] } });
    const link = await connect(channel);
    expect(await fateOf(clock, link.close({ graceMs: 0 }))).toBe('pending');
    expect(await fateOf(clock, link.close({ graceMs: 0 }))).toEqual({ reason: 'no' });
    expect(await fateOf(clock, link.closed)).toBe('pending');
    expect(channel.openLinks).toBe(1);
  });
});

describe('a late answer to connect', () => {
  it('opens a link after the abort, which counts as open until somebody closes it', async () => {
    const { channel } = newChannel({ script: { connect: [outcome.hang({ ignoreAbort: true })] } });
    const controller = new AbortController();
    const attempt = connect(channel, controller.signal);
    controller.abort('timeout');
    channel.connects[0]?.answer(outcome.ok());
    const link = await attempt;
    expect(channel.openLinks).toBe(1);
    await link.close({ graceMs: 0 });
    expect(channel.openLinks).toBe(0);
  });
});

describe('what a channel is', () => {
  it('has the kind "scripted" and sensible capabilities unless told otherwise', () => {
    const clock = new VirtualClock();
    const usual = scriptedChannel({ clock });
    expect(usual.kind).toBe('scripted');
    expect(usual.capabilities).toEqual({
      inbound: 'long-poll',
      resume: true,
      ack: true,
      sendAck: true,
      exclusive: false,
      maxInFlight: 1,
    });
    const other = scriptedChannel({ clock, kind: 'chat', capabilities: { maxInFlight: 4, exclusive: true } });
    const kind: 'chat' = other.kind;
    expect(kind).toBe('chat');
    expect(other.capabilities).toMatchObject({ inbound: 'long-poll', maxInFlight: 4, exclusive: true });
  });

  it.each([
    ['long-poll', true, { poll: true, commit: true, handleWebhook: false }],
    ['socket', false, { poll: true, commit: false, handleWebhook: false }],
    ['webhook', true, { poll: true, commit: true, handleWebhook: true }],
    ['none', true, { poll: false, commit: false, handleWebhook: false }],
  ] as const)('inbound %s with ack %s decides which calls a link has', async (inbound, ack, has) => {
    const { channel } = newChannel({ capabilities: { inbound, ack } });
    const link = await connect(channel);
    const found = { poll: 'poll' in link, commit: 'commit' in link, handleWebhook: 'handleWebhook' in link };
    expect(found).toEqual(has);
  });

  it('answers webhooks by its script, and 200 without one', async () => {
    const { channel } = newChannel({
      capabilities: { inbound: 'webhook' },
      script: { webhook: [outcome.ok({ status: 503 })] },
    });
    const link = await connect(channel);
    const request = { method: 'POST', headers: {}, body: '{}' };
    expect([await link.handleWebhook?.(request), await link.handleWebhook?.(request)]).toEqual([
      { status: 503 },
      { status: 200 },
    ]);
    expect(channel.webhooks.map((call) => call.request)).toEqual([request, request]);
  });
});
