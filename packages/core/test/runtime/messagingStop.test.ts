import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging, InvalidInputError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, instance, nothing, startMs, startOnChannel } from './running.ts';

const slowClose = { fallback: { close: outcome.delayed(500, outcome.ok()) } };

describe('stopInstance', () => {
  it('stops one instance with the options that are given, and returns its account', async () => {
    const { events, messaging, server } = await startOnChannel();
    await server.send({ conversation: '1', text: 'x' });
    expect(await messaging.stopInstance('bot', { reason: 'moved' })).toEqual({ ...nothing, accepted: 1, sent: 1 });
    expect(events.at(-1)).toMatchObject({ name: 'instance.stopped', metadata: { reason: 'moved' } });
  });

  it('leaves the others alone', async () => {
    const { messaging } = await startOnChannel();
    const other = messaging.startServer({ instance: { ...instance, id: 'other' } });
    await messaging.stopInstance('bot');
    expect(messaging.listInstances().map(({ id }) => id)).toEqual(['other']);
    expect(other.isRunning).toBe(true);
  });

  it('makes the id free for another start once it has settled', async () => {
    const { messaging, server } = await startOnChannel();
    await messaging.stopInstance('bot');
    const again = await messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
    expect(messaging.whereis('bot')).toBe(again);
    expect(again).not.toBe(server);
  });
});

describe('stop', () => {
  it('stops all instances, the last started first, and returns their accounts by id', async () => {
    const { events, messaging, server } = await startOnChannel();
    for (const id of ['b', 'c']) messaging.startServer({ instance: { ...instance, id } });
    await server.send({ conversation: '1', text: 'x' });
    const accounts = await messaging.stop();
    expect([...accounts.keys()]).toEqual(['c', 'b', 'bot']);
    expect(accounts.get('bot')).toMatchObject({ accepted: 1, sent: 1 });
    expect(accounts.get('b')).toEqual(nothing);
    const stopped = events
      .filter(({ name }) => name === 'instance.stopped')
      .map(({ metadata }) => metadata['instanceId']);
    expect([...stopped].sort()).toEqual(['b', 'bot', 'c']);
    expect(stopped.slice(0, 2)).toEqual(['c', 'b']);
    expect(messaging.countInstances()).toBe(0);
  });

  it('stops them side by side: ten slow ones take as long as one', async () => {
    const clock = new VirtualClock({ startMs });
    const messaging = createMessaging({ channels: [scriptedChannel({ clock, ...slowClose })], clock });
    for (let i = 0; i < 10; i += 1) await messaging.startInstance('scripted', { name: 'Bot' });
    await clock.settle();
    const stopping = messaging.stop().then((accounts) => [accounts.size, clock.now() - startMs]);
    await clock.advance(5_000);
    expect(await stopping).toEqual([10, 500]);
  });

  it('hands its options to each', async () => {
    const { clock, events, messaging, server } = await startOnChannel({
      channel: { fallback: { send: outcome.hang() } },
    });
    void server.enqueue({ conversation: '1', text: 'x' });
    const stopping = messaging.stop({ deadlineMs: 0, reason: 'deploy' });
    await clock.advance(0);
    expect((await stopping).get('bot')).toMatchObject({ ...nothing, accepted: 1, handedBack: [{ text: 'x' }] });
    expect(events.at(-1)?.metadata['reason']).toBe('deploy');
  });

  it('joins the instances that are stopping already: no link is open when it settles', async () => {
    const { channel, clock, messaging } = await startOnChannel({ channel: slowClose });
    const one = messaging.stopInstance('bot');
    await clock.settle();
    expect(channel.openLinks).toBe(1);
    let openLinks: number | undefined;
    const all = messaging.stop().then((accounts) => {
      openLinks = channel.openLinks;
      return accounts;
    });
    await clock.advance(499);
    expect(openLinks).toBeUndefined();
    await clock.advance(1);
    expect((await all).get('bot')).toEqual(await one);
    expect(openLinks).toBe(0);
  });

  it('with options that are refused stops nothing, and may be called again', async () => {
    const { messaging } = await startOnChannel();
    expect(await errorOf(() => messaging.stop({ deadlineMs: -1 }))).toBeInstanceOf(InvalidInputError);
    expect(messaging.countInstances()).toBe(1);
    expect((await messaging.stop()).size).toBe(1);
  });

  it('has nothing to do when nothing runs, and may be called twice', async () => {
    const { messaging } = await startOnChannel();
    await messaging.stop();
    expect(await messaging.stop()).toEqual(new Map());
  });

  it('does not end the messaging: instances may be started again', async () => {
    const { messaging } = await startOnChannel();
    await messaging.stop();
    await messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
    expect(messaging.countInstances()).toBe(1);
  });

  it('is what `await using` does', async () => {
    const { clock, ...running } = await startOnChannel();
    {
      await using messaging = running.messaging;
      expect(messaging.countInstances()).toBe(1);
    }
    expect(running.messaging.countInstances()).toBe(0);
    expect([running.channel.openLinks, clock.pending()]).toEqual([0, []]);
  });
});
