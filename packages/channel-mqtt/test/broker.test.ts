import type { InboundItem, Link } from 'holdfast';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MqttConfig } from '../src/config.ts';
import { mqtt } from '../src/mqtt.ts';
import {
  type ConnectOptions,
  connectTo,
  errorOf,
  failureOf,
  patience,
  pollOnce,
  readItems,
  send,
  textsOf,
  until,
} from './connecting.ts';
import { brokerKind, MqttBroker, protocolVersions, user } from './MqttBroker.ts';
import { Peer } from './Peer.ts';
import { TcpProxy } from './TcpProxy.ts';

/** As MQTT asks of a broker: aedes does not. */
const marksDuplicates = brokerKind === 'mosquitto';
const links: Link[] = [];
let broker: MqttBroker;
let peer: Peer;
/** One a test, so that no test hears another's messages. */
let topic = '';
let tests = 0;

beforeAll(async () => {
  broker = await MqttBroker.start();
});
afterAll(() => broker.stop());
beforeEach(async () => {
  tests += 1;
  topic = `test${tests}`;
  peer = await Peer.connect(broker.url);
});
afterEach(async () => {
  broker.thaw();
  for (const link of links.splice(0)) await link.close({ graceMs: 200 });
  await peer.leave();
});

function isDuplicate({ message }: InboundItem): boolean {
  return message.metadata?.['duplicate'] === true;
}

describe.each(protocolVersions)(`MQTT version %d over TCP, with ${brokerKind}`, (protocolVersion) => {
  async function open(config: Partial<MqttConfig> = {}, options: ConnectOptions = {}): Promise<Link> {
    const link = await connectTo(
      { url: broker.url, clientId: topic, protocolVersion, subscriptions: [{ filter: `${topic}/#` }], ...config },
      options,
    );
    links.push(link);
    return link;
  }

  it('brings what is published, with the topic as conversation', async () => {
    const link = await open();
    await peer.publish(`${topic}/kitchen`, 'grüße 🍋');
    const [item] = await readItems(link, 1);
    expect(item?.message).toMatchObject({
      conversation: `${topic}/kitchen`,
      text: 'grüße 🍋',
      metadata: { qos: 1, retained: false, duplicate: false },
    });
    expect(link.identity).toEqual({
      broker: broker.url,
      clientId: topic,
      protocolVersion,
      sessionPresent: false,
      subscriptions: { [`${topic}/#`]: 1 },
    });
  });

  it('publishes, and resolves with a receipt when the broker has it', async () => {
    const link = await open();
    await peer.listen(`${topic}-out`);
    expect(await send(link, 'hello', { conversation: `${topic}-out` })).toEqual({ externalMessageId: null });
    expect(await send(link, 'again', { conversation: `${topic}-out`, metadata: { qos: 0 } })).toBeDefined();
    await until('both are heard', () => peer.heard.length === 2);
    expect(peer.heard.map(({ text }) => text)).toEqual(['hello', 'again']);
  });

  it('brings what was not committed again after a cut, with the same id, and what was committed no more', async () => {
    const proxy = await TcpProxy.start(broker.port);
    const adapter = mqtt();
    const link = await open({ url: proxy.url }, { adapter });
    for (const text of ['a', 'b', 'c']) await peer.publish(`${topic}/x`, text);
    const items = await readItems(link, 3);
    await link.commit?.(items[0]?.cursor ?? null);
    await link.probe({ signal: patience() }); // What came before the answer has arrived.
    proxy.cut();
    expect(await link.closed).toMatchObject({ severity: 'recoverable', scope: 'link' });
    const next = await open({ url: proxy.url }, { adapter });
    expect(next.identity['sessionPresent']).toBe(true);
    const again = await readItems(next, 2);
    expect(textsOf(again)).toEqual(['b', 'c']);
    expect(again.map(isDuplicate)).toEqual([marksDuplicates, marksDuplicates]);
    const isSame = again.map(({ message }, index) => message.id === items[index + 1]?.message.id);
    expect(isSame).toEqual([marksDuplicates, marksDuplicates]);
    const last = again[1]?.cursor ?? null;
    await next.commit?.(last);
    await next.close({ graceMs: 1_000 });
    const third = await open({ url: proxy.url }, { adapter });
    expect((await pollOnce(third, last, 50)).items).toEqual([]);
    await proxy.stop();
  });

  it('brings what was not committed again to another process, with another id', async () => {
    const link = await open();
    await peer.publish(topic, 'a');
    const [item] = await readItems(link, 1);
    await link.close({ graceMs: 1_000 });
    const [again] = await readItems(await open(), 1);
    expect(again?.message.text).toBe('a');
    expect(again && isDuplicate(again)).toBe(marksDuplicates);
    expect(again?.message.id).not.toBe(item?.message.id);
  });

  it('brings what came in meanwhile, unless it starts clean', async () => {
    await (await open()).close({ graceMs: 1_000 });
    await peer.publish(topic, 'while you were out');
    const link = await open();
    expect(textsOf(await readItems(link, 1))).toEqual(['while you were out']);
    await link.close({ graceMs: 1_000 });
    const clean = await open({ cleanStart: true });
    expect(clean.identity['sessionPresent']).toBe(false);
    expect((await pollOnce(clean, null, 50)).items).toEqual([]);
  });

  it('skips and acknowledges what is no text or too long, and goes on', async () => {
    const link = await open({ maxPayloadBytes: 10 });
    await peer.publish(topic, Buffer.from([0xff, 0xfe]));
    await peer.publish(topic, 'longer than ten bytes');
    await peer.publish(topic, Buffer.alloc(1_000_000, 'x'));
    await peer.publish(topic, 'fine');
    const items = await readItems(link, 1);
    expect(textsOf(items)).toEqual(['fine']);
    await link.commit?.(items[0]?.cursor ?? null);
    await link.close({ graceMs: 1_000 });
    expect((await pollOnce(await open(), null, 50)).items).toEqual([]);
  });

  it('commits what it skips when nothing else comes', async () => {
    const link = await open();
    await peer.publish(topic, Buffer.from([0xff]));
    const { items, cursor } = await pollOnce(link);
    expect(items).toEqual([]);
    expect(cursor).not.toBeNull();
    await link.commit?.(cursor);
    await link.close({ graceMs: 1_000 });
    const next = await open();
    expect(await pollOnce(next, null, 50)).toEqual({ items: [], cursor: null });
  });

  it('carries half a megabyte both ways', async () => {
    const link = await open({ maxPayloadBytes: 600_000 });
    const text = 'é'.repeat(262_144);
    await peer.listen(`${topic}-out`);
    await send(link, text, { conversation: `${topic}-out` });
    await until('it is heard', () => peer.heard.length === 1);
    expect(peer.heard[0]?.text === text).toBe(true);
    await peer.publish(topic, text);
    expect((await readItems(link, 1))[0]?.message.text === text).toBe(true);
  });

  it('retains what metadata says, and says of a message that it was retained', async () => {
    const link = await open({ subscriptions: [] });
    await send(link, 'last words', { conversation: topic, metadata: { retain: true } });
    const reader = await open({ clientId: `${topic}-reader` });
    const [item] = await readItems(reader, 1);
    expect(item?.message).toMatchObject({ text: 'last words', metadata: { retained: true } });
    await reader.commit?.(item?.cursor ?? null);
    await reader.close({ graceMs: 1_000 });
    const again = await pollOnce(await open({ clientId: `${topic}-reader` }), null, 50);
    // MQTT 3.1.1 knows no other way than to bring it with each connection.
    expect(textsOf(again.items)).toEqual(protocolVersion === 5 ? [] : ['last words']);
    await send(link, '', { conversation: topic, metadata: { retain: true } });
  });

  it('refuses a topic that is none, and the link lives on', async () => {
    const link = await open();
    for (const conversation of ['a/+', '#', 'nul\0', '\ud800', 'x'.repeat(70_000)]) {
      const failure = await failureOf('send', send(link, 'x', { conversation }));
      expect(failure).toMatchObject({
        severity: 'degraded',
        scope: 'message',
        code: 'mqtt.bad_topic',
        delivered: 'no',
      });
    }
    await link.probe({ signal: patience() });
  });

  it('is refused with a wrong password, and taken with the right one', async () => {
    const wrong = { credentials: { ...user, password: 'wrong-password' } };
    const failure = await failureOf('connect', open({}, wrong));
    expect(failure).toMatchObject({ severity: 'fatal', scope: 'auth' });
    expect(failure.code).toMatch(/^mqtt\.(not_authorized|bad_username_or_password)$/);
    const link = await open({}, { credentials: user });
    await link.probe({ signal: patience() });
  });

  it('is thrown out when another client of its name comes', async () => {
    const link = await open();
    const other = await open();
    // There is no reason in MQTT 3.1.1, and mosquitto 2.0 gives none in MQTT 5 either.
    const silent = { severity: 'recoverable', scope: 'link', code: 'mqtt.ended' };
    const told = { severity: 'recoverable', scope: 'conflict', code: 'mqtt.session_taken_over' };
    const { severity, scope, code } = await link.closed;
    expect(protocolVersion === 5 ? [silent, told] : [silent]).toContainEqual({ severity, scope, code });
    await other.probe({ signal: patience() });
  });

  it('does not know whether a message arrived whose confirmation was lost', async () => {
    const proxy = await TcpProxy.start(broker.port);
    const link = await open({ url: proxy.url });
    await peer.listen(`${topic}-out`);
    proxy.loseAnswers();
    const sending = failureOf('send', send(link, 'x', { conversation: `${topic}-out` }));
    await until('it is heard', () => peer.heard.length === 1);
    proxy.cut();
    expect(await sending).toMatchObject({ severity: 'recoverable', scope: 'link', delivered: 'unknown' });
    await proxy.stop();
  });

  it('fails a probe at its deadline when the broker is frozen, and not any more when it is thawed', async () => {
    const link = await open();
    broker.freeze();
    const startedAt = performance.now();
    const signal = AbortSignal.timeout(200);
    const error = await errorOf(link.probe({ signal }));
    expect(error).toBe(signal.reason);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    broker.thaw();
    await link.probe({ signal: patience() });
  });

  it('closes within its grace when the broker is frozen', async () => {
    const link = await open();
    broker.freeze();
    const startedAt = performance.now();
    await link.close({ graceMs: 150 });
    const tookMs = performance.now() - startedAt;
    broker.thaw();
    expect(tookMs).toBeGreaterThanOrEqual(140);
    expect(tookMs).toBeLessThan(1_000);
    expect(await link.closed).toMatchObject({ scope: 'link', code: 'mqtt.closed' });
  });

  it('is closed when the broker is killed, and connects again when it is back', async () => {
    const link = await open();
    await broker.kill();
    expect(await link.closed).toMatchObject({ severity: 'recoverable', scope: 'link' });
    expect(await failureOf('send', send(link, 'x'))).toMatchObject({ scope: 'link', delivered: 'no' });
    expect(await failureOf('connect', open())).toMatchObject({ scope: 'link', code: 'mqtt.econnrefused' });
    await broker.restart();
    await (await open()).probe({ signal: patience() });
    peer = await Peer.connect(broker.url);
  });
});

describe.runIf(brokerKind === 'mosquitto')('MQTT 5 over TCP, with mosquitto', () => {
  async function open(config: Partial<MqttConfig> = {}, options: ConnectOptions = {}): Promise<Link> {
    const link = await connectTo({ url: broker.url, clientId: topic, ...config }, options);
    links.push(link);
    return link;
  }

  it('does not hear itself, unless it wants to', async () => {
    const subscriptions = [{ filter: topic }];
    const link = await open({ subscriptions });
    await send(link, 'mine', { conversation: topic });
    await peer.publish(topic, 'yours');
    expect(textsOf(await readItems(link, 1))).toEqual(['yours']);
    const both = await open({ subscriptions, noLocal: false, clientId: `${topic}-both` });
    await send(both, 'mine', { conversation: topic });
    expect(textsOf(await readItems(both, 1))).toEqual(['mine']);
  });

  it('has a message refused that it may not publish, and lives on', async () => {
    const link = await open({}, { credentials: user });
    const failure = await failureOf('send', send(link, 'x', { conversation: 'private/x' }));
    expect(failure).toMatchObject({
      severity: 'degraded',
      scope: 'message',
      code: 'mqtt.not_authorized',
      delivered: 'no',
    });
    await link.probe({ signal: patience() });
  });

  it('takes no more at once than it has room for: the rest waits at the broker', async () => {
    const link = await open({ subscriptions: [{ filter: topic }], queueCapacity: 2 });
    for (const text of ['a', 'b', 'c', 'd']) await peer.publish(topic, text);
    const first = await readItems(link, 2);
    expect(textsOf(first)).toEqual(['a', 'b']);
    expect((await pollOnce(link, first[1]?.cursor, 50)).items).toEqual([]);
    await link.commit?.(first[1]?.cursor ?? null);
    const { items } = await pollOnce(link, first[1]?.cursor);
    expect(textsOf(items)[0]).toBe('c');
  });
});
