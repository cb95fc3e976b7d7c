import { outcome } from '@holdfast/testing';
import { defaultReconnectPolicy, type Failure, type InstanceEvent, instanceMachine, type Link } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { createActor, type EventObject } from 'xstate';
import { killSender } from '../actors/killSender.ts';
import { type Running, startOn } from './onScriptedChannel.ts';

const failure: Failure = { severity: 'recoverable', scope: 'link', code: 'scripted.reset', message: 'reset' };
const message = { conversation: 'c', text: 'hello' };

/** Breaks the connection, as a defect in it would: what it reads from an event throws. */
function killConnection({ server }: Running): void {
  const event = {
    type: 'link.failed',
    failure,
    get epoch(): never {
      throw new Error('killed by the test');
    },
  } as const;
  server.actor.getSnapshot().children.connection?.send(event);
}

/** How many messages were sent, as far as anybody was told. */
function sent({ names }: Running): number {
  return names().filter((name) => name === 'delivery.sent').length;
}

describe('workers of which one breaks', () => {
  it.each([
    ['connection', killConnection],
    ['sender', ({ server }: Running) => killSender(server)],
  ])('are started again together, and none of before goes on: %s', async (name, kill) => {
    const running = await startOn();
    const { channel, clock, names, server } = running;
    // From here on it does not hibernate, for which there was a timer.
    const { actor } = server;
    await clock.advance(defaultReconnectPolicy.minConnectedMs);
    const [before, timers] = [names().length, clock.pending().length];
    kill(running);
    await clock.settle();
    expect(running.events[before]).toMatchObject({
      name: 'instance.child_restarted',
      metadata: { cause: `xstate.error.actor.${name}` },
    });
    expect(server.status().status).toBe('connected');
    expect(Object.keys(actor.getSnapshot().children).sort()).toEqual(['connection', 'poller', 'sender']);
    await clock.advance(2 * defaultReconnectPolicy.probeIntervalMs);
    expect([channel.callCount('connect'), channel.openLinks, channel.waitingPolls]).toEqual([2, 1, 1]);
    expect(clock.pending()).toHaveLength(timers);
    void server.enqueue(message);
    await clock.settle();
    expect([channel.sends.length, sent(running)]).toEqual([1, 1]);
  });

  it('leave what was being sent to those after them', async () => {
    const running = await startOn({ script: { send: [outcome.hang({ ignoreAbort: true })] } });
    const { channel, clock, server } = running;
    void server.enqueue(message);
    await clock.settle();
    killConnection(running);
    await clock.advance(1_000);
    expect([channel.sends.length, sent(running)]).toEqual([2, 1]);
  });

  it('are not there without a channel, whatever is said of them', () => {
    const instance = { id: 'bot', name: 'Bot', channelType: 'telegram' };
    const actor = createActor(instanceMachine, { input: { instance } }).start();
    for (const name of ['connection', 'sender', 'poller']) {
      actor.send({ type: `xstate.error.actor.${name}` } as EventObject as InstanceEvent);
      expect(Object.keys(actor.getSnapshot().children)).toEqual([]);
    }
    actor.stop();
  });
});

describe('the Poller', () => {
  it('is there where the channel reads, and not where it only sends', async () => {
    const reading = await startOn();
    expect(reading.server.actor.getSnapshot().children.poller).toBeDefined();
    const sending = await startOn({ capabilities: { inbound: 'none' } });
    expect(sending.server.status().status).toBe('connected');
    expect(sending.server.actor.getSnapshot().children.poller).toBeUndefined();
    expect(sending.channel.callCount('poll')).toBe(0);
  });

  /** The links of the channel have this from now on. */
  function giveLinks({ channel }: Running, own: Partial<Link>): void {
    const { connect } = channel;
    Object.assign(channel, {
      connect: async (attempt: Parameters<typeof connect>[0]) =>
        Object.assign(await connect.call(channel, attempt), own),
    });
    channel.links.at(-1)?.drop();
  }

  it.each([
    ['a link that cannot be read from', 'long-poll', { poll: undefined }],
    [
      'a channel that only sends, though its link could be read from',
      'none',
      { poll: () => new Promise(() => undefined) },
    ],
  ] as const)('is not there for %s', async (_, inbound, own) => {
    const running = await startOn({ capabilities: { inbound } });
    giveLinks(running, own as Partial<Link>);
    await running.clock.advance(250);
    expect([running.server.status().status, running.channel.callCount('connect')]).toEqual(['connected', 2]);
    expect(running.server.actor.getSnapshot().children.poller).toBeUndefined();
  });
});

describe('the Sender', () => {
  it('sends nothing over a link that is gone', async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [outcome.ok(), outcome.hang()] } });
    channel.links[0]?.drop();
    await clock.settle();
    void server.enqueue(message);
    await clock.advance(1_000);
    expect([server.status().status, channel.callCount('send')]).toEqual(['connecting', 0]);
  });

  it('that wonders about the link has it probed, once', async () => {
    const { channel, clock, server } = await startOn({ script: { send: [outcome.fail(failure)] } });
    void server.enqueue(message);
    await clock.settle();
    expect([channel.callCount('send'), channel.callCount('probe')]).toEqual([1, 1]);
    expect(server.status().status).toBe('connected');
  });
});

describe('a link that is made anew', () => {
  it.each([
    [
      'an embedder says no more than that it is gone',
      (running: Running) => running.server.notifyDisconnected(),
      'unknown',
    ],
    [
      'somebody says so without a reason',
      ({ server }: Running) => server.actor.send({ type: 'notify.disconnected' }),
      'unknown',
    ],
    ['an embedder says why', (running: Running) => running.server.notifyDisconnected('restarting'), 'restarting'],
    [
      'too much has failed in a row',
      (running: Running) => {
        for (let n = 0; n < 10; n += 1) running.server.notifyFailure(`failure ${n}`);
      },
      'failure 9',
    ],
  ])('because %s is one for that reason', async (_, give, reason) => {
    const running = await startOn();
    give(running);
    await running.clock.settle();
    expect(running.events.findLast(({ name }) => name === 'instance.disconnected')?.metadata['reason']).toEqual(reason);
    await running.clock.advance(250);
    expect([running.server.status().status, running.channel.callCount('connect')]).toEqual(['connected', 2]);
  });

  it('is not, when an operator asks for an attempt while there is one', async () => {
    const { channel, clock, server } = await startOn();
    server.retry();
    await clock.settle();
    expect([server.status().status, channel.callCount('connect')]).toEqual(['connected', 1]);
  });
});

describe('an operator who asks for an attempt', () => {
  it('gets it at once, and as the first of a new count', async () => {
    const script = { connect: [outcome.fail('down'), outcome.fail('down')] };
    const { clock, events, names, server } = await startOn({ script });
    await clock.advance(250);
    const before = names().length;
    server.retry();
    await clock.settle();
    expect(names(before)).toEqual(['connecting', 'reconnect_attempt', 'connected']);
    expect(events[before + 1]?.measurements).toEqual({ attempt: 1 });
  });

  it('does not cut the attempt short that is under way', async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [outcome.hang()] } });
    server.retry();
    await clock.settle();
    expect([channel.callCount('connect'), channel.connects[0]?.attempt.signal.aborted]).toEqual([1, false]);
  });
});
