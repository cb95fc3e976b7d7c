import { describe, expect, it } from 'vitest';
import { defaultClientId } from '../src/clientId.ts';
import { MqttConfig, MqttCredentials } from '../src/config.ts';
import { isTopicFilter, isTopicName } from '../src/topics.ts';

const url = 'mqtt://broker.example.org';

function problemOf(config: unknown): string | undefined {
  const parsed = MqttConfig.safeParse(config);
  return parsed.success
    ? undefined
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)[0];
}

describe('the config', () => {
  it('has a default for everything but the url', () => {
    expect(MqttConfig.parse({ url })).toEqual({
      url,
      protocolVersion: 5,
      cleanStart: false,
      sessionExpirySec: 3_600,
      subscriptions: [],
      noLocal: true,
      publishQos: 1,
      keepaliveSec: 60,
      queueCapacity: 100,
      maxPayloadBytes: 262_144,
      connectTimeoutMs: 10_000,
    });
    expect(MqttConfig.parse({ url, subscriptions: [{ filter: 'a' }] }).subscriptions).toEqual([
      { filter: 'a', qos: 1 },
    ]);
  });

  it.each([
    'mqtt://localhost',
    'mqtt://localhost:1883/',
    'mqtts://10.0.0.1:8883',
    'mqtt://[::1]:1883',
    'ws://broker:9001',
    'wss://broker.example.org/mqtt',
  ])('takes the url %s', (given) => {
    expect(problemOf({ url: given })).toBeUndefined();
  });

  it.each([
    'http://broker',
    'broker:1883',
    'mqtt://',
    'mqtt:broker',
    'mqtt://user@broker',
    'mqtt://user:secret@broker',
    'mqtt://:secret@broker',
    'mqtt://broker/path',
    'mqtt://broker?clientId=x',
    'wss://broker/mqtt?token=secret',
    'wss://broker/mqtt#x',
    'mqtt://broker:99999',
    ' mqtt://broker',
    '',
    7,
  ])('refuses the url %s', (given) => {
    expect(problemOf({ url: given })).toMatch(/^url: /);
  });

  it.each([
    [{ protocolVersion: 3 }, 'protocolVersion: 4 or 5'],
    [{ sessionExpirySec: -1 }, 'sessionExpirySec: a whole number from 0 to 4294967295'],
    [{ publishQos: 2 }, 'publishQos: 0 or 1'],
    [{ keepaliveSec: 65_536 }, 'keepaliveSec: a whole number from 0 to 65535'],
    [{ queueCapacity: 0 }, 'queueCapacity: a whole number from 1 to 65535'],
    [{ maxPayloadBytes: 1.5 }, 'maxPayloadBytes: a whole number from 1 to 268435455'],
    [{ connectTimeoutMs: 99 }, 'connectTimeoutMs: a whole number from 100 to 60000'],
    [{ clientId: 'a\nb' }, 'clientId: 1 to 1,000 characters, without control characters'],
    [{ subscriptions: [{ filter: 'a/#/b' }] }, 'subscriptions.0.filter: a valid topic filter'],
    [{ subscriptions: [{ filter: 'a', qos: 2 }] }, 'subscriptions.0.qos: 0 or 1'],
    [{ subscriptions: ['a'] }, 'subscriptions.0: an object with the documented keys and no others'],
    [{ noLocal: 'yes' }, 'noLocal: true or false'],
    [{ ca: '-----BEGIN CERTIFICATE-----' }, 'ca: a certificate as PEM'],
    [{ username: 'x' }, ': an object with the documented keys and no others'],
  ])('refuses %j', (part, problem) => {
    expect(problemOf({ url, ...part })).toBe(problem);
  });
});

describe('the credentials', () => {
  it('may be missing', () => {
    for (const none of [undefined, {}]) expect(MqttCredentials.parse(none)).toEqual({});
  });

  it.each([[{ username: '' }], [{ password: '' }], [{ username: 7 }], [{ user: 'x' }], [null], ['x']])(
    'refuses %j',
    (given) => {
      expect(MqttCredentials.safeParse(given).success).toBe(false);
    },
  );
});

describe('the name of a client', () => {
  it('is the id of the instance, where every broker has to take it', () => {
    expect(defaultClientId('support7')).toBe('support7');
  });

  it.each(['support bot', 'x'.repeat(24), 'größe', '01J-2-3', ''])(
    'is made from the id %j otherwise, always the same',
    (id) => {
      expect(defaultClientId(id)).toMatch(/^hf[0-9a-f]{21}$/);
      expect(defaultClientId(id)).toBe(defaultClientId(id));
      expect(defaultClientId(id)).not.toBe(defaultClientId(`${id}x`));
    },
  );
});

describe('topics', () => {
  it.each(['a', '/', 'a/b', '$SYS/x', 'größe/🍋', ' ', 'a//b'])('%j is one to publish to', (topic) => {
    expect(isTopicName(topic)).toBe(true);
    expect(isTopicFilter(topic)).toBe(true);
  });

  it.each(['', 'a/+', '#', 'a+', 'a\0', '\ud800', 'x'.repeat(65_536), '€'.repeat(22_000)])(
    'is none: case %#',
    (topic) => {
      expect(isTopicName(topic)).toBe(false);
    },
  );

  it.each(['#', '+', 'a/+/b', 'a/#', '+/+/#', '$share/g/a/+', '$share/g/#', '$share/g//'])(
    '%j is a filter',
    (filter) => {
      expect(isTopicFilter(filter)).toBe(true);
    },
  );

  it.each([
    '',
    'a#',
    'a/#/b',
    'a+',
    'a/b+/c',
    '$share/g',
    '$share/g/',
    '$share//a',
    '$share/g+/a',
    '$share/g/a#',
    '\0',
  ])('%j is no filter', (filter) => {
    expect(isTopicFilter(filter)).toBe(false);
  });
});
