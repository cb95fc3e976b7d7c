import { type ChannelOperation, Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import {
  MqttCallError,
  MqttConfigError,
  MqttCredentialsError,
  type MqttFault,
  MqttMessageError,
  type MqttOperation,
} from '../src/errors.ts';
import { classifyMqttFailure } from '../src/failures.ts';
import { faultOf, presentable } from '../src/socketFaults.ts';

type Packet = Extract<MqttFault, { kind: 'refused' }>['packet'];

const refused = (packet: Packet, reasonCode: number): MqttFault => ({ kind: 'refused', packet, reasonCode });

const auth = ['fatal', 'auth'] as const;
const config = ['fatal', 'config'] as const;
const unwanted = ['degraded', 'config'] as const;
const message = ['degraded', 'message'] as const;
const link = ['recoverable', 'link'] as const;
const server = ['recoverable', 'server'] as const;
const rate = ['recoverable', 'rate'] as const;
const conflict = ['recoverable', 'conflict'] as const;

/** What every reason means when the broker ends a connection with it, or does not begin one. */
const reasons = [
  [0x80, server, 'unspecified_error'],
  [0x81, link, 'malformed_packet'],
  [0x82, link, 'protocol_error'],
  [0x83, server, 'implementation_specific_error'],
  [0x84, config, 'unsupported_protocol_version'],
  [0x85, config, 'client_identifier_not_valid'],
  [0x86, auth, 'bad_username_or_password'],
  [0x87, auth, 'not_authorized'],
  [0x88, server, 'server_unavailable'],
  [0x89, server, 'server_busy'],
  [0x8a, auth, 'banned'],
  [0x8b, server, 'server_shutting_down'],
  [0x8c, auth, 'bad_authentication_method'],
  [0x8d, link, 'keep_alive_timeout'],
  [0x8e, conflict, 'session_taken_over'],
  [0x8f, config, 'topic_filter_invalid'],
  [0x90, link, 'topic_name_invalid'],
  [0x91, link, 'packet_identifier_in_use'],
  [0x92, link, 'packet_identifier_not_found'],
  [0x93, rate, 'receive_maximum_exceeded'],
  [0x94, link, 'topic_alias_invalid'],
  [0x95, link, 'packet_too_large'],
  [0x96, rate, 'message_rate_too_high'],
  [0x97, rate, 'quota_exceeded'],
  [0x98, server, 'administrative_action'],
  [0x99, link, 'payload_format_invalid'],
  [0x9a, link, 'retain_not_supported'],
  [0x9b, config, 'qos_not_supported'],
  [0x9c, server, 'use_another_server'],
  [0x9d, config, 'server_moved'],
  [0x9e, config, 'shared_subscriptions_not_supported'],
  [0x9f, rate, 'connection_rate_exceeded'],
  [0xa0, link, 'maximum_connect_time'],
  [0xa1, config, 'subscription_identifiers_not_supported'],
  [0xa2, config, 'wildcard_subscriptions_not_supported'],
  [0xa3, link, 'reason_0xa3'],
  [0x7f, link, 'reason_0x7f'],
] as const;

interface Row {
  readonly operation: MqttOperation;
  readonly fault: MqttFault;
  readonly during: ChannelOperation;
  readonly expected: readonly [string, string];
  readonly delivered?: 'no' | 'unknown';
}

const sending = (fault: MqttFault, expected: Row['expected'], delivered: 'no' | 'unknown'): Row => {
  return { operation: 'publish', fault, during: 'send', expected, delivered };
};

/** Where the packet that brings it, or what was going on, makes a difference. */
const rows: Row[] = [
  ...[0x83, 0x87, 0x90, 0x95, 0x99, 0x9a].map((code) => sending(refused('puback', code), message, 'no')),
  ...[0x90, 0x95, 0x99, 0x9a, 0x9b].map((code) => sending(refused('disconnect', code), message, 'no')),
  sending(refused('puback', 0x97), rate, 'no'),
  sending(refused('puback', 0x80), server, 'no'),
  sending(refused('disconnect', 0x87), auth, 'unknown'),
  sending(refused('disconnect', 0x83), server, 'unknown'),
  sending(refused('disconnect', 0x8e), conflict, 'unknown'),
  ...[0x80, 0x83].map((code): Row => {
    return { operation: 'subscribe', fault: refused('suback', code), during: 'connect', expected: unwanted };
  }),
  { operation: 'subscribe', fault: refused('suback', 0x87), during: 'connect', expected: auth },
  { operation: 'subscribe', fault: refused('suback', 0x8f), during: 'connect', expected: config },
  { operation: 'subscribe', fault: refused('suback', 0x97), during: 'connect', expected: rate },
  sending({ kind: 'network', errno: 'ECONNRESET' }, link, 'unknown'),
  sending({ kind: 'ended' }, link, 'unknown'),
  sending({ kind: 'closed' }, link, 'unknown'),
  sending({ kind: 'keepalive' }, link, 'unknown'),
  { operation: 'connect', fault: { kind: 'handshake', status: 401 }, during: 'connect', expected: auth },
  { operation: 'connect', fault: { kind: 'handshake', status: 403 }, during: 'connect', expected: auth },
  { operation: 'connect', fault: { kind: 'handshake', status: 404 }, during: 'connect', expected: link },
  { operation: 'connect', fault: { kind: 'handshake', status: 429 }, during: 'connect', expected: rate },
  { operation: 'connect', fault: { kind: 'handshake', status: 503 }, during: 'connect', expected: server },
  { operation: 'connect', fault: { kind: 'timeout', timeoutMs: 7 }, during: 'connect', expected: link },
  { operation: 'receive', fault: { kind: 'overflow' }, during: 'poll', expected: link },
  { operation: 'link', fault: { kind: 'garbled' }, during: 'poll', expected: server },
];

describe('the failure table', () => {
  it.each(reasons)('0x%s is %s, as %s', (code, verdict, name) => {
    for (const packet of ['connack', 'disconnect'] as const) {
      const error = new MqttCallError(packet === 'connack' ? 'connect' : 'link', refused(packet, code));
      const failure = classifyMqttFailure(error, packet === 'connack' ? 'connect' : 'poll');
      expect([failure.severity, failure.scope]).toEqual(verdict);
      expect(failure.code).toBe(`mqtt.${name}`);
      expect(Failure.safeParse(failure).success).toBe(true);
    }
  });

  it.each(rows)(
    '$fault.kind $fault.packet $fault.reasonCode $fault.status of $operation during $during is $expected',
    (row) => {
      const failure = classifyMqttFailure(new MqttCallError(row.operation, row.fault), row.during);
      expect([failure.severity, failure.scope]).toEqual(row.expected);
      expect(failure.delivered).toBe(row.delivered);
      expect(failure.code).toMatch(/^mqtt\.[a-z0-9_]+$/);
      expect(failure.message).toContain(row.operation);
    },
  );

  it('a message that never left was not delivered', () => {
    const error = new MqttCallError('publish', { kind: 'ended' }, 'no');
    expect(classifyMqttFailure(error, 'send').delivered).toBe('no');
  });

  it.each([
    {
      error: new MqttMessageError('bad_topic', 'x'),
      during: 'send',
      verdict: ['degraded', 'message', 'mqtt.bad_topic'],
    },
    {
      error: new MqttConfigError('bad_config', 'x'),
      during: 'connect',
      verdict: ['fatal', 'config', 'mqtt.bad_config'],
    },
    { error: new MqttCredentialsError(), during: 'connect', verdict: ['fatal', 'auth', 'mqtt.bad_credentials'] },
    { error: AbortSignal.abort().reason, during: 'probe', verdict: ['recoverable', 'link', 'mqtt.aborted'] },
  ] as const)('$error.name is $verdict', ({ error, during, verdict }) => {
    const failure = classifyMqttFailure(error, during);
    expect([failure.severity, failure.scope, failure.code]).toEqual(verdict);
    expect(failure.delivered).toBe(during === 'send' ? 'no' : undefined);
  });

  it.each([
    [undefined],
    [null],
    ['secret-of-a-broker'],
    [{}],
    [Object.create(null)],
    [new TypeError('mqtt://bot:secret-of-a-broker@host')],
    [Object.assign(new Error('x'), { name: 'secret-of-a-broker' })],
  ])('an unknown error (%#) is recoverable, and nothing of it is shown', (error) => {
    for (const during of ['connect', 'probe', 'poll', 'commit', 'send', 'webhook'] as const) {
      const failure = classifyMqttFailure(error, during);
      expect(Failure.safeParse(failure).success).toBe(true);
      expect(failure).toMatchObject({ severity: 'recoverable', scope: 'link', code: 'mqtt.unknown' });
      expect(JSON.stringify(failure)).not.toContain('secret-of-a-broker');
    }
  });
});

describe('what an error below us says', () => {
  it.each([
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), { kind: 'network', errno: 'ECONNREFUSED' }],
    [Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), { kind: 'network', errno: 'CERT_HAS_EXPIRED' }],
    [new Error('Keepalive timeout'), { kind: 'keepalive' }],
    [new Error('Unexpected server response: 502'), { kind: 'handshake', status: 502 }],
    [Object.assign(new Error('x'), { code: 149 }), { kind: 'garbled' }],
    [Object.assign(new Error('x'), { code: 'secret of somebody' }), { kind: 'garbled' }],
    ['x', { kind: 'garbled' }],
  ])('%s is %j', (error, fault) => {
    expect(faultOf(error)).toEqual(fault);
  });

  it('keeps the words of the broker, but not what repeats a secret, and not more than fit', () => {
    expect(presentable('Not\r\ntoday', ['secret'])).toBe('Not  today');
    expect(presentable('x'.repeat(500), [])).toHaveLength(200);
    expect(presentable('', [])).toBeUndefined();
    for (const echo of ['SECRET?', 'c2VjcmV0', '736563726574'])
      expect(presentable(`not ${echo}`, ['secret'])).toBeUndefined();
  });
});
