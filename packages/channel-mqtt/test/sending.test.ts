import type { Link } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MqttConfig } from '../src/config.ts';
import { connectTo, failureOf, outgoing, patience, pollOnce, send, until } from './connecting.ts';
import { FaultyBroker } from './FaultyBroker.ts';

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

describe('sending', () => {
  it('resolves when the broker confirms', async () => {
    const link = await open();
    expect(await send(link, 'hello', { conversation: 'a/b' })).toEqual({ externalMessageId: null });
    expect(broker.published).toMatchObject([{ topic: 'a/b', qos: 1, retain: false, dup: false }]);
    expect(String(broker.published[0]?.payload)).toBe('hello');
  });

  it('carries what metadata says', async () => {
    const link = await open();
    await send(link, 'x', {
      metadata: {
        qos: 0,
        retain: true,
        expirySec: 60,
        contentType: 'text/plain',
        responseTopic: 'back',
        correlationData: 'AQID',
        userProperties: { a: '1', b: ['2', '3'] },
        own: 'stays here',
      },
    });
    await send(link, 'fence');
    const [packet] = broker.published;
    expect(packet).toMatchObject({ qos: 0, retain: true });
    expect(packet?.properties).toEqual({
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      contentType: 'text/plain',
      responseTopic: 'back',
      correlationData: Buffer.from([1, 2, 3]),
      userProperties: expect.objectContaining({ a: '1', b: ['2', '3'] }),
    });
  });

  it.each([
    { reasonCode: 0x87, severity: 'degraded', scope: 'message', code: 'mqtt.not_authorized', delivered: 'no' },
    { reasonCode: 0x90, severity: 'degraded', scope: 'message', code: 'mqtt.topic_name_invalid', delivered: 'no' },
    { reasonCode: 0x99, severity: 'degraded', scope: 'message', code: 'mqtt.payload_format_invalid', delivered: 'no' },
    {
      reasonCode: 0x83,
      severity: 'degraded',
      scope: 'message',
      code: 'mqtt.implementation_specific_error',
      delivered: 'no',
    },
    { reasonCode: 0x97, severity: 'recoverable', scope: 'rate', code: 'mqtt.quota_exceeded', delivered: 'no' },
    { reasonCode: 0x80, severity: 'recoverable', scope: 'server', code: 'mqtt.unspecified_error', delivered: 'no' },
  ] as const)('refused with $reasonCode is $severity/$scope', async ({ reasonCode, ...expected }) => {
    const link = await open();
    broker.on('publish', ({ messageId = 0 }, client) => client.say({ cmd: 'puback', messageId, reasonCode }));
    expect(await failureOf('send', send(link, 'x'))).toMatchObject(expected);
    await link.probe({ signal: patience() });
  });

  it('that nobody subscribes to is sent all the same', async () => {
    const link = await open();
    broker.on('publish', ({ messageId = 0 }, client) => client.say({ cmd: 'puback', messageId, reasonCode: 0x10 }));
    expect(await send(link, 'x')).toEqual({ externalMessageId: null });
  });

  it.each([
    { what: 'a cut', scope: 'link', code: 'mqtt.econnreset', act: () => broker.client.reset() },
    { what: 'a hang-up', scope: 'link', code: 'mqtt.ended', act: () => broker.client.hangUp() },
  ] as const)('that $what interrupts may have arrived', async ({ scope, code, act }) => {
    const link = await open();
    broker.on('publish', act);
    expect(await failureOf('send', send(link, 'x'))).toMatchObject({ scope, code, delivered: 'unknown' });
  });

  it('over which the broker hangs up concerns that message, unless others were under way', async () => {
    const hangUp = () => broker.client.say({ cmd: 'disconnect', reasonCode: 0x95 });
    broker.on('publish', hangUp);
    const alone = await failureOf('send', send(await open(), 'x'));
    expect(alone).toMatchObject({
      severity: 'degraded',
      scope: 'message',
      code: 'mqtt.packet_too_large',
      delivered: 'no',
    });
    broker.on('publish', () => broker.published.length === 3 && hangUp());
    const link = await open();
    for (const failure of await Promise.all(['y', 'z'].map((text) => failureOf('send', send(link, text))))) {
      expect(failure).toMatchObject({
        severity: 'recoverable',
        scope: 'link',
        code: 'mqtt.ended',
        delivered: 'unknown',
      });
    }
  });

  it('ends with its signal', async () => {
    const link = await open();
    broker.on('publish', () => {});
    const reason = new Error('deadline');
    const deadline = new AbortController();
    const sending = link.send(outgoing('x'), { signal: deadline.signal });
    const outcome = expect(sending).rejects.toBe(reason);
    await until('it has come', () => broker.published.length === 1);
    deadline.abort(reason);
    await outcome;
    await expect(link.send(outgoing('y'), { signal: deadline.signal })).rejects.toBe(reason);
    expect(broker.published).toHaveLength(1);
  });

  it('keeps to the number that the broker allows at once; what waits was not sent', async () => {
    broker.on('connect', (_, client) =>
      client.say({ cmd: 'connack', sessionPresent: false, reasonCode: 0, properties: { receiveMaximum: 2 } }),
    );
    const link = await open();
    broker.on('publish', () => {});
    const sends = ['a', 'b', 'c', 'd'].map((text) => failureOf('send', send(link, text)));
    await until('two have come', () => broker.published.length === 2);
    await link.probe({ signal: patience() });
    expect(broker.published.map(({ payload }) => String(payload))).toEqual(['a', 'b']);
    broker.client.say({ cmd: 'puback', messageId: broker.published[0]?.messageId ?? 0, reasonCode: 0x97 });
    await until('the third has come', () => broker.published.length === 3);
    broker.client.reset();
    const outcomes = await Promise.all(sends);
    expect(outcomes.map(({ delivered }) => delivered)).toEqual(['no', 'unknown', 'unknown', 'no']);
  });

  it('what this broker cannot take is found before it hangs up over it', async () => {
    const properties = { maximumQoS: 0, retainAvailable: false, maximumPacketSize: 200 };
    broker.on('connect', (_, client) =>
      client.say({ cmd: 'connack', sessionPresent: false, reasonCode: 0, properties }),
    );
    const link = await open({ publishQos: 0 });
    const codes = [];
    for (const [text, metadata] of [
      ['x', { qos: 1 }],
      ['x', { retain: true }],
      ['x'.repeat(190), {}],
    ] as const) {
      const failure = await failureOf('send', send(link, text, { metadata }));
      expect(failure).toMatchObject({ severity: 'degraded', scope: 'message', delivered: 'no' });
      codes.push(failure.code);
    }
    expect(codes).toEqual(['mqtt.qos_not_supported', 'mqtt.retain_not_supported', 'mqtt.packet_too_large']);
    await send(link, 'x'.repeat(160));
    await link.probe({ signal: patience() });
    expect(broker.published).toHaveLength(1);
  });

  it('ten at once warn of nothing', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    const link = await open();
    broker.on('publish', () => {});
    const polling = failureOf('poll', pollOnce(link));
    const sends = Array.from({ length: 25 }, (_, index) => failureOf('send', send(link, `${index}`)));
    await until('ten have come', () => broker.published.length === 10);
    broker.client.reset();
    await Promise.all([...sends, polling]);
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });
});
