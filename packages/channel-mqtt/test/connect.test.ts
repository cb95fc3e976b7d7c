import { createServer } from 'node:net';
import type { Link } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MqttConfig } from '../src/config.ts';
import { connectTo, failureOf, openHandles, until, untilNoMoreThan } from './connecting.ts';
import { FaultyBroker } from './FaultyBroker.ts';

const noMqtt = [0xff, 0xff, 0xff, 0xff, 0xff];

let broker: FaultyBroker;
const links: Link[] = [];

beforeEach(async () => {
  broker = await FaultyBroker.start();
});
afterEach(async () => {
  for (const link of links.splice(0)) await link.close({ graceMs: 100 });
  await broker.stop();
});

async function open(config: Partial<MqttConfig> = {}): Promise<Link> {
  const link = await connectTo({ url: broker.url, ...config });
  links.push(link);
  return link;
}

describe('connecting', () => {
  it.each([
    { version: 5, reason: 0x86, severity: 'fatal', scope: 'auth', code: 'mqtt.bad_username_or_password' },
    { version: 5, reason: 0x87, severity: 'fatal', scope: 'auth', code: 'mqtt.not_authorized' },
    { version: 5, reason: 0x85, severity: 'fatal', scope: 'config', code: 'mqtt.client_identifier_not_valid' },
    { version: 5, reason: 0x89, severity: 'recoverable', scope: 'server', code: 'mqtt.server_busy' },
    { version: 5, reason: 0x9f, severity: 'recoverable', scope: 'rate', code: 'mqtt.connection_rate_exceeded' },
    { version: 4, reason: 1, severity: 'fatal', scope: 'config', code: 'mqtt.unsupported_protocol_version' },
    { version: 4, reason: 3, severity: 'recoverable', scope: 'server', code: 'mqtt.server_unavailable' },
    { version: 4, reason: 4, severity: 'fatal', scope: 'auth', code: 'mqtt.bad_username_or_password' },
    { version: 4, reason: 5, severity: 'fatal', scope: 'auth', code: 'mqtt.not_authorized' },
  ] as const)('of version $version, refused with $reason, is $severity/$scope', async (row) => {
    broker.on('connect', (_, client) =>
      client.say({ cmd: 'connack', sessionPresent: false, reasonCode: row.reason, returnCode: row.reason }),
    );
    const { version: protocolVersion, severity, scope, code } = row;
    const failure = await failureOf('connect', connectTo({ url: broker.url, protocolVersion }));
    expect(failure).toMatchObject({ severity, scope, code });
    await until('its socket is closed', () => broker.openSockets === 0);
  });

  it('to a broker of MQTT 3.1.1 that refuses version 5 in its own way says so', async () => {
    broker.on('connect', (_, client) => client.sayBytes(0x20, 2, 0, 1));
    const failure = await failureOf('connect', connectTo({ url: broker.url }));
    expect(failure).toMatchObject({ severity: 'fatal', scope: 'config', code: 'mqtt.unsupported_protocol_version' });
  });

  it('shows the words of the broker', async () => {
    const properties = { reasonString: 'Come back on Monday' };
    broker.on('connect', (_, client) =>
      client.say({ cmd: 'connack', sessionPresent: false, reasonCode: 0x88, properties }),
    );
    const { message } = await failureOf('connect', connectTo({ url: broker.url }));
    expect(message).toBe('connect: the broker answered 0x88 (server unavailable) in CONNACK: Come back on Monday.');
  });

  it('ends with its own deadline when nobody answers, also when only the subscription is not answered', async () => {
    const subscriptions = [{ filter: 'a' }];
    const config = { url: broker.url, subscriptions, connectTimeoutMs: 100 };
    broker.on('subscribe', () => {});
    const atSubscribe = await failureOf('connect', connectTo(config));
    broker.on('connect', () => {});
    const atConnect = await failureOf('connect', connectTo(config));
    expect(atSubscribe).toMatchObject({ severity: 'recoverable', scope: 'link', code: 'mqtt.timeout' });
    expect(atSubscribe.message).toMatch(/^subscribe/);
    expect(atConnect).toMatchObject({ severity: 'recoverable', scope: 'link', code: 'mqtt.timeout' });
    await until('its sockets are closed', () => broker.openSockets === 0);
  });

  it('to a server that accepts and never answers ends with its signal, and leaves no socket and no timer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await until('it listens', () => silent.listening);
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    let accepted = 0;
    let closed = 0;
    silent.on('connection', (socket) => {
      accepted += 1;
      socket.on('close', () => (closed += 1));
      socket.on('error', () => {});
      socket.resume();
    });
    const before = openHandles();
    const reason = new Error('enough');
    for (let round = 1; round <= 5; round += 1) {
      const attempt = new AbortController();
      const connecting = connectTo({ url: `mqtt://127.0.0.1:${port}` }, { signal: attempt.signal });
      const outcome = expect(connecting).rejects.toBe(reason);
      await until('it is connected', () => accepted === round);
      attempt.abort(reason);
      await outcome;
      await until('the socket is closed', () => closed === round);
    }
    await untilNoMoreThan(before);
    silent.close();
  });

  it('with a signal that has aborted opens no socket', async () => {
    const reason = new Error('too late');
    await expect(connectTo({ url: broker.url }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(broker.received).toEqual([]);
  });

  it('to a port where nobody listens is a failure of the link', async () => {
    const { url } = broker;
    await broker.stop();
    const failure = await failureOf('connect', connectTo({ url }));
    expect(failure).toMatchObject({ severity: 'recoverable', scope: 'link', code: 'mqtt.econnrefused' });
    broker = await FaultyBroker.start();
  });

  it.each([
    { what: 'no MQTT', scope: 'server', code: 'mqtt.garbled', act: () => broker.client.sayBytes(...noMqtt) },
    { what: 'a reset', scope: 'link', code: 'mqtt.econnreset', act: () => broker.client.reset() },
    { what: 'a hang-up', scope: 'link', code: 'mqtt.ended', act: () => broker.client.hangUp() },
  ] as const)('answered by $what is recoverable', async ({ scope, code, act }) => {
    broker.on('connect', act);
    const failure = await failureOf('connect', connectTo({ url: broker.url }));
    expect(failure).toMatchObject({ severity: 'recoverable', scope, code });
    await until('its socket is closed', () => broker.openSockets === 0);
  });

  it('sends one CONNECT, with what the config says', async () => {
    await open({ clientId: 'me', keepaliveSec: 17, queueCapacity: 7, maxPayloadBytes: 1_000, sessionExpirySec: 60 });
    expect(broker.countOf('connect')).toBe(1);
    expect(broker.received[0]).toMatchObject({
      clientId: 'me',
      clean: false,
      keepalive: 17,
      protocolVersion: 5,
      properties: { sessionExpiryInterval: 60, receiveMaximum: 7, maximumPacketSize: 1_000 + 131_072 },
    });
    expect(broker.countOf('subscribe')).toBe(0);
  });

  it('asks a broker to keep nothing when it starts clean', async () => {
    await open({ cleanStart: true });
    expect(broker.received[0]).toMatchObject({ clean: true, properties: { sessionExpiryInterval: 0 } });
  });
});

describe('subscribing', () => {
  const subscriptions = [{ filter: 'a/+' }, { filter: 'b/#', qos: 0 }, { filter: '$share/g/c' }] as const;

  it('groups what has the same options, leaves No Local out where it is forbidden, and says what was granted', async () => {
    broker.on('subscribe', (packet, client) => {
      if (packet.cmd === 'subscribe') client.say({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [0] });
    });
    const link = await open({ subscriptions: [...subscriptions] });
    const sent = broker.received.flatMap((packet) => (packet.cmd === 'subscribe' ? packet.subscriptions : []));
    expect(sent).toEqual([
      { topic: 'a/+', qos: 1, nl: true, rap: false, rh: 1 },
      { topic: 'b/#', qos: 0, nl: true, rap: false, rh: 1 },
      { topic: '$share/g/c', qos: 1, nl: false, rap: false, rh: 1 },
    ]);
    expect(link.identity['subscriptions']).toEqual({ 'a/+': 0, 'b/#': 0, '$share/g/c': 0 });
  });

  it.each([
    { version: 5, reason: 0x87, severity: 'fatal', scope: 'auth', code: 'mqtt.not_authorized' },
    { version: 5, reason: 0x80, severity: 'degraded', scope: 'config', code: 'mqtt.unspecified_error' },
    { version: 5, reason: 0xa2, severity: 'fatal', scope: 'config', code: 'mqtt.wildcard_subscriptions_not_supported' },
    { version: 5, reason: 0x97, severity: 'recoverable', scope: 'rate', code: 'mqtt.quota_exceeded' },
    { version: 4, reason: 0x80, severity: 'degraded', scope: 'config', code: 'mqtt.unspecified_error' },
  ] as const)('of version $version, refused with $reason, is $severity/$scope', async (row) => {
    broker.on('subscribe', (packet, client) =>
      client.say({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [1, row.reason] }),
    );
    const { version: protocolVersion, severity, scope, code } = row;
    const failure = await failureOf(
      'connect',
      connectTo({ url: broker.url, protocolVersion, subscriptions: [{ filter: 'fine' }, { filter: 'secret/#' }] }),
    );
    expect(failure).toMatchObject({ severity, scope, code });
    expect(failure.message).toContain('"secret/#"');
    await until('its socket is closed', () => broker.openSockets === 0);
  });
});
