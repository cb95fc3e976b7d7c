import { inspect } from 'node:util';
import type { Link } from 'holdfast';
import type { Packet } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MqttConfig } from '../src/config.ts';
import { mqtt } from '../src/mqtt.ts';
import { connectTo, errorOf, failureOf, patience, pollOnce, send, until } from './connecting.ts';
import { FaultyBroker, type FaultyClient } from './FaultyBroker.ts';

const password = 'sésame: open/7731+ünder==';
const username = 'bot';
const forms = [
  password,
  encodeURIComponent(password),
  Buffer.from(password).toString('base64').replace(/=+$/, ''),
  Buffer.from(password).toString('hex'),
];

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
  const link = await connectTo({ url: broker.url, ...config }, { credentials: { username, password } });
  links.push(link);
  return link;
}

/** Everything that a log, an inspector or a store could make of a value. */
function exposuresOf(value: unknown): string {
  const seen = value instanceof Error ? [value.message, value.stack, String(value), value.cause] : [];
  return [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, maxStringLength: null }),
    JSON.stringify(value),
    ...seen,
  ].join('\n');
}

function expectNoCanary(...values: readonly unknown[]): void {
  for (const value of values) {
    const exposed = exposuresOf(value).toLowerCase();
    for (const form of forms) expect(exposed).not.toContain(form.toLowerCase());
  }
}

/** The same words, but harmless: these are shown, so that the test sees what it looks for. */
function shows(value: unknown): boolean {
  return exposuresOf(value).includes('harmless');
}

const echoes = forms.map((form) => ({ reasonString: `You said: ${form}` }));
const harmless = { reasonString: 'harmless' };

interface Case {
  readonly what: string;
  readonly cmd: Packet['cmd'];
  readonly answer: (packet: Packet, client: FaultyClient, properties: { reasonString: string }) => void;
  readonly run: () => Promise<unknown>;
  readonly during: 'connect' | 'send' | 'probe';
}

const cases: readonly Case[] = [
  {
    what: 'a CONNACK',
    cmd: 'connect',
    answer: (_, client, properties) =>
      client.say({ cmd: 'connack', sessionPresent: false, reasonCode: 0x86, properties }),
    run: () => open(),
    during: 'connect',
  },
  {
    what: 'a SUBACK',
    cmd: 'subscribe',
    answer: ({ messageId = 0 }, client, properties) =>
      client.say({ cmd: 'suback', messageId, granted: [0x87], properties }),
    run: () => open({ subscriptions: [{ filter: 'x' }] }),
    during: 'connect',
  },
  {
    what: 'a PUBACK',
    cmd: 'publish',
    answer: ({ messageId = 0 }, client, properties) =>
      client.say({ cmd: 'puback', messageId, reasonCode: 0x97, properties }),
    run: async () => send(await open(), 'x'),
    during: 'send',
  },
  {
    what: 'a DISCONNECT',
    cmd: 'pingreq',
    answer: (_, client, properties) => client.say({ cmd: 'disconnect', reasonCode: 0x87, properties }),
    run: async () => (await open()).probe({ signal: patience() }),
    during: 'probe',
  },
];

describe('the password', () => {
  it.each(cases)('leaves by no $what that repeats it', async ({ cmd, answer, run, during }) => {
    broker.on(cmd, (packet, client) => answer(packet, client, harmless));
    expect(shows(await errorOf(run()))).toBe(true);
    for (const properties of echoes) {
      broker.on(cmd, (packet, client) => answer(packet, client, properties));
      const error = await errorOf(run());
      expectNoCanary(error, mqtt().classifyFailure(error, during), ...links);
      expect(error).not.toHaveProperty('cause');
    }
    for (const link of links) expectNoCanary(link.identity);
  });

  it('is sent, and is not in the link, its identity, or its end', async () => {
    const link = await open();
    expect(String(broker.received[0]?.cmd === 'connect' && broker.received[0].password)).toBe(password);
    expectNoCanary(link, link.identity, Object.entries(link));
    const calls = [pollOnce(link), link.probe({ signal: AbortSignal.abort() }), send(link, 'x', { conversation: '#' })];
    const outcomes = Promise.allSettled(calls);
    broker.client.reset();
    expectNoCanary(await outcomes, await link.closed, link);
    expectNoCanary(await failureOf('send', send(link, 'x')));
  });

  it('leaves by no timeout, no refused connection and no abort', async () => {
    broker.on('connect', () => {});
    const timedOut = await errorOf(open({ connectTimeoutMs: 100 }));
    const { url } = broker;
    const aborted = await errorOf(
      connectTo({ url }, { credentials: { username, password }, signal: AbortSignal.timeout(50) }),
    );
    await until('nobody is connected', () => broker.openSockets === 0);
    await broker.stop();
    const refused = await errorOf(connectTo({ url }, { credentials: { username, password } }));
    for (const error of [timedOut, aborted, refused]) expectNoCanary(error, mqtt().classifyFailure(error, 'connect'));
    broker = await FaultyBroker.start();
  });

  it('is not in a refusal of credentials or config', async () => {
    const adapter = mqtt();
    const { credentialsSchema, configSchema } = adapter;
    const url = `mqtt://${username}:${encodeURIComponent(password)}@127.0.0.1:1`;
    const attempts = await Promise.allSettled([
      connectTo({ url }),
      connectTo({ url: broker.url, protocolVersion: 4 }, { credentials: { password } }),
    ]);
    for (const outcome of attempts) {
      expect(outcome.status).toBe('rejected');
      const error = outcome.status === 'rejected' ? outcome.reason : undefined;
      expectNoCanary(error, adapter.classifyFailure(error, 'connect'));
    }
    expectNoCanary(configSchema?.safeParse({ url }));
    expectNoCanary(credentialsSchema?.safeParse({ username: 7, password: [password] }));
    expect(broker.received).toEqual([]);
  });
});
