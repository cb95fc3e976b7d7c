import { createMessaging, type InstanceServer, type TelemetryEvent } from 'holdfast';
import { afterEach, describe, expect, it } from 'vitest';
import { mqtt } from '../src/mqtt.ts';
import { until } from './connecting.ts';
import { brokerKind, MqttBroker, user } from './MqttBroker.ts';
import { Peer } from './Peer.ts';

const protocolVersion = brokerKind === 'mosquitto' ? 5 : 4;
const inTime = { timeoutMs: 10_000 };
let broker: MqttBroker;
const events: TelemetryEvent[] = [];
const messaging = createMessaging({ name: 'test', channels: [mqtt()], observer: (event) => events.push(event) });

afterEach(async () => {
  await messaging.stop({ deadlineMs: 1_000 });
  await broker.stop();
  events.splice(0);
});

/** Answers every question with an echo on the topic of answers. */
function start(credentials = {}): Promise<InstanceServer> {
  return messaging.startInstance('mqtt', {
    id: 'echo',
    name: 'Echo',
    credentials,
    config: { url: broker.url, protocolVersion, subscriptions: [{ filter: '+/question' }] },
    reconnect: {
      baseBackoffMs: 20,
      maxBackoffMs: 50,
      maxAttempts: 1_000,
      probeIntervalMs: 100,
      probeTimeoutMs: 200,
      closeGraceMs: 200,
    },
    onMessage: async ({ conversation, text }) => {
      // Waits for the broker's word: that comes on the same socket as the next question.
      await messaging
        .whereis('echo')
        ?.send({ conversation: conversation.replace('question', 'answer'), text: `echo: ${text}` });
    },
  });
}

async function ask(peer: Peer, room: string): Promise<void> {
  const before = peer.heard.length;
  await peer.publish(`${room}/question`, `hello from ${room}`);
  await until('it is answered', () => peer.heard.length > before);
  expect(peer.heard.at(-1)).toMatchObject({ topic: `${room}/answer`, text: `echo: hello from ${room}` });
}

describe(`an instance of messaging, with ${brokerKind}`, () => {
  it('connects, echoes over two topics, and does so again when the broker was killed and has come back', async () => {
    broker = await MqttBroker.start();
    const echo = await start();
    await echo.waitFor('connected', inTime);
    const peer = await Peer.connect(broker.url);
    await peer.listen('+/answer');
    await ask(peer, 'kitchen');
    await ask(peer, 'attic');
    await broker.kill();
    await echo.waitFor('disconnected', inTime);
    const sent = echo.send({ conversation: 'kitchen/answer', text: 'queued while it was away' });
    await broker.restart();
    await echo.waitFor('connected', inTime);
    await sent;
    const again = await Peer.connect(broker.url);
    await again.listen('+/answer');
    await ask(again, 'kitchen');
    await ask(again, 'attic');
    await again.leave();
    const account = await messaging.stopInstance('echo', { deadlineMs: 1_000 });
    expect(account).toMatchObject({ sent: 5, failed: 0 });
  });

  it('notices a frozen broker by its probe, and recovers when it is thawed', async () => {
    broker = await MqttBroker.start();
    const echo = await start();
    await echo.waitFor('connected', inTime);
    broker.freeze();
    await echo.waitFor('disconnected', inTime);
    broker.thaw();
    await echo.waitFor('connected', inTime);
    const peer = await Peer.connect(broker.url);
    await peer.listen('+/answer');
    await ask(peer, 'kitchen');
    await peer.leave();
  });

  it('parks with a wrong password, asks the broker no more, and connects when it is given the right one', async () => {
    broker = await MqttBroker.start();
    const echo = await start({ ...user, password: 'wrong-password' });
    await echo.waitFor('error', inTime);
    expect(echo.healthSnapshot()).toMatchObject({ status: 'error', substate: 'unauthorized', ready: false });
    echo.updateCredentials(user);
    await echo.waitFor('connected', inTime);
    expect(JSON.stringify(events)).not.toMatch(/wrong-password|right-password/);
  });

  it.runIf(brokerKind === 'mosquitto')(
    'replies to the topic of the question, and does not take that for a question',
    async () => {
      broker = await MqttBroker.start();
      const handled: string[] = [];
      const parrot = await messaging.startInstance('mqtt', {
        name: 'Parrot',
        config: { url: broker.url, subscriptions: [{ filter: 'cage' }] },
        onMessage: async (message, { reply }) => {
          handled.push(message.text);
          await reply(`${message.text}!`);
        },
      });
      await parrot.waitFor('connected', inTime);
      const peer = await Peer.connect(broker.url);
      await peer.listen('cage');
      for (const text of ['one', 'two']) await peer.publish('cage', text);
      await until('all is heard', () => peer.heard.length === 4);
      expect(handled).toEqual(['one', 'two']);
      expect(peer.heard.map(({ text }) => text).sort()).toEqual(['one', 'one!', 'two', 'two!']);
      await peer.leave();
    },
  );
});
