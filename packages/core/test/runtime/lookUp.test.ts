import { outcome } from '@holdfast/testing';
import { InstanceNotFoundError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, instance, startOnChannel, twoChannels } from './running.ts';

describe('looking up', () => {
  it('whereis finds the server that runs under an id, and undefined otherwise', async () => {
    const { messaging, server } = await startOnChannel();
    expect(messaging.whereis('bot')).toBe(server);
    expect(messaging.whereis('other')).toBeUndefined();
    await server.stop();
    expect(messaging.whereis('bot')).toBeUndefined();
  });

  it('instanceStatus and instanceHealth answer what the server does', async () => {
    const { messaging, server } = await startOnChannel();
    expect(messaging.instanceStatus('bot')).toEqual(server.status());
    expect(messaging.instanceHealth('bot')).toEqual(server.healthSnapshot());
  });

  it.each(['instanceStatus', 'instanceHealth', 'stopInstance'] as const)(
    '%s refuses an id that nobody has, and one that has stopped',
    async (question) => {
      const { messaging } = await startOnChannel();
      await messaging.stopInstance('bot');
      for (const id of ['bot', 'other']) {
        const error = await errorOf(() => messaging[question](id));
        expect(error).toBeInstanceOf(InstanceNotFoundError);
        expect(error).toMatchObject({ code: 'INSTANCE_NOT_FOUND', instanceId: id });
      }
    },
  );
});

describe('listing', () => {
  it('is of the running instances in the order of their start, however they come and go', async () => {
    const { clock, messaging } = twoChannels();
    expect([messaging.listInstances(), messaging.countInstances(), messaging.listInstanceHealth()]).toEqual([
      [],
      0,
      [],
    ]);
    for (const id of ['c', 'a', 'b']) await messaging.startInstance('one', { id, name: id.toUpperCase() });
    await messaging.stopInstance('a');
    await messaging.startInstance('two', { id: 'a', name: 'A' });
    await clock.settle();
    expect(messaging.listInstances().map(({ id, channelType }) => [id, channelType])).toEqual([
      ['c', 'one'],
      ['b', 'one'],
      ['a', 'two'],
    ]);
    expect(messaging.countInstances()).toBe(3);
    expect(messaging.listInstanceHealth().map(({ instanceId }) => instanceId)).toEqual(['c', 'b', 'a']);
    expect(messaging.listInstanceHealth()).toEqual(['c', 'b', 'a'].map((id) => messaging.instanceHealth(id)));
  });

  it('is not spoilt by one instance whose own Sender cannot answer', async () => {
    const { messaging, server } = await startOnChannel();
    messaging.startServer({ instance: { ...instance, id: 'other' } });
    server.attachSender({
      queueDepth: () => {
        throw new Error('dead');
      },
    });
    expect(messaging.listInstanceHealth().map(({ instanceId }) => instanceId)).toEqual(['bot', 'other']);
  });

  it('leaves out what has ended and is only closing its link', async () => {
    const { clock, messaging, server } = await startOnChannel({
      channel: { fallback: { close: outcome.delayed(100, outcome.ok()) } },
    });
    const stopping = server.stop();
    await clock.settle();
    expect([messaging.listInstances(), messaging.countInstances(), messaging.listInstanceHealth()]).toEqual([
      [],
      0,
      [],
    ]);
    await clock.advance(100);
    await stopping;
  });
});
