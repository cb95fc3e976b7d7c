import type { Link } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MqttConfig } from '../src/config.ts';
import { connectTo, failureOf, patience, pollOnce, readItems, send, textsOf, until } from './connecting.ts';
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

describe('a link', () => {
  it.each([
    { reasonCode: 0x8e, severity: 'recoverable', scope: 'conflict', code: 'mqtt.session_taken_over' },
    { reasonCode: 0x8b, severity: 'recoverable', scope: 'server', code: 'mqtt.server_shutting_down' },
    { reasonCode: 0x8d, severity: 'recoverable', scope: 'link', code: 'mqtt.keep_alive_timeout' },
    { reasonCode: 0x87, severity: 'fatal', scope: 'auth', code: 'mqtt.not_authorized' },
    { reasonCode: 0x9d, severity: 'fatal', scope: 'config', code: 'mqtt.server_moved' },
    { reasonCode: 0x95, severity: 'recoverable', scope: 'link', code: 'mqtt.packet_too_large' },
    { reasonCode: 0x00, severity: 'recoverable', scope: 'link', code: 'mqtt.ended' },
    { reasonCode: 0xee, severity: 'recoverable', scope: 'server', code: 'mqtt.garbled' },
  ] as const)('that the broker ends with $reasonCode is closed as $severity/$scope, once', async (row) => {
    const { reasonCode, severity, scope, code } = row;
    const link = await open();
    const closed = vi.fn();
    void link.closed.then(closed);
    broker.client.say({ cmd: 'disconnect', reasonCode });
    broker.client.hangUp();
    expect(await link.closed).toMatchObject({ severity, scope, code });
    await until('its socket is closed', () => broker.openSockets === 0);
    await link.close({ graceMs: 100 });
    expect(closed).toHaveBeenCalledOnce();
  });

  it.each([
    { what: 'no MQTT', scope: 'server', code: 'mqtt.garbled', act: () => broker.client.sayBytes(...noMqtt) },
    { what: 'a reset', scope: 'link', code: 'mqtt.econnreset', act: () => broker.client.reset() },
    { what: 'a hang-up', scope: 'link', code: 'mqtt.ended', act: () => broker.client.hangUp() },
  ] as const)('on which $what comes is closed, and so are its socket and its calls', async ({ scope, code, act }) => {
    const link = await open();
    broker.on('pingreq', () => {});
    const probing = failureOf('probe', link.probe({ signal: patience() }));
    const polling = failureOf('poll', pollOnce(link));
    await until('it is asked', () => broker.countOf('pingreq') === 1);
    act();
    expect(await link.closed).toMatchObject({ severity: 'recoverable', scope, code });
    expect(await probing).toMatchObject({ scope, code });
    expect(await polling).toMatchObject({ scope, code });
    await until('its socket is closed', () => broker.openSockets === 0);
    expect(await failureOf('send', send(link, 'x'))).toMatchObject({ scope, code, delivered: 'no' });
    expect(await failureOf('probe', link.probe({ signal: patience() }))).toMatchObject({ code });
    expect(await failureOf('poll', pollOnce(link))).toMatchObject({ code });
    expect(await failureOf('commit', link.commit?.('x:1') ?? Promise.resolve())).toMatchObject({ code });
  });

  it('whose broker gives no sign of life is closed after one and a half times the keepalive', async () => {
    broker.on('pingreq', () => {});
    const link = await open({ keepaliveSec: 1 });
    const startedAt = performance.now();
    expect(await link.closed).toMatchObject({ severity: 'recoverable', scope: 'link', code: 'mqtt.keepalive_timeout' });
    expect(performance.now() - startedAt).toBeGreaterThan(1_300);
    expect(broker.countOf('pingreq')).toBe(1);
  });
});

describe('a probe', () => {
  it('is one ping and its answer', async () => {
    const link = await open();
    await link.probe({ signal: patience() });
    expect(broker.countOf('pingreq')).toBe(1);
  });

  it('waits for its own answer, not for one that was on its way', async () => {
    const link = await open();
    broker.on('pingreq', () => {});
    const probes = [1, 2].map((which) => link.probe({ signal: patience() }).then(() => settled.push(which)));
    const settled: number[] = [];
    await until('both have come', () => broker.countOf('pingreq') === 2);
    broker.client.say({ cmd: 'pingresp' });
    await probes[0];
    await send(link, 'something that comes after the answer');
    expect(settled).toEqual([1]);
    broker.client.say({ cmd: 'pingresp' });
    await probes[1];
    expect(settled).toEqual([1, 2]);
  });

  it('that is not answered ends with its signal, and the link lives on', async () => {
    const link = await open();
    broker.on('pingreq', () => {});
    const reason = new Error('deadline');
    const deadline = new AbortController();
    const probing = expect(link.probe({ signal: deadline.signal })).rejects.toBe(reason);
    await until('it has come', () => broker.countOf('pingreq') === 1);
    deadline.abort(reason);
    await probing;
    await send(link, 'x');
  });

  it('comes back while messages wait to be handled: a slow handler is no dead link', async () => {
    const link = await open({ subscriptions: [{ filter: 'in' }], queueCapacity: 3 });
    for (const messageId of [1, 2, 3, 4, 5]) {
      broker.client.say({ cmd: 'publish', topic: 'in', payload: 'x', qos: 1, messageId, dup: false, retain: false });
    }
    expect(await readItems(link, 3)).toHaveLength(3);
    await link.probe({ signal: patience() });
    await send(link, 'an answer');
    expect(broker.acknowledged).toEqual([]);
  });
});

describe('acknowledging', () => {
  function deliver(texts: readonly string[], fields: object = {}): void {
    texts.forEach((payload, index) => {
      broker.client.say({
        cmd: 'publish',
        topic: 'in',
        payload,
        qos: 1,
        messageId: index + 1,
        dup: false,
        retain: false,
        ...fields,
      });
    });
  }

  it.each([5, 4] as const)('comes with the commit, in order, in version %d', async (protocolVersion) => {
    const link = await open({ subscriptions: [{ filter: 'in' }], protocolVersion });
    deliver(['a', 'b', 'c']);
    const items = await readItems(link, 3);
    expect(textsOf(items)).toEqual(['a', 'b', 'c']);
    await send(link, 'a round trip');
    expect(broker.acknowledged).toEqual([]);
    await link.commit?.(items[1]?.cursor ?? null);
    await until('two are acknowledged', () => broker.countOf('puback') === 2);
    expect(broker.acknowledged).toEqual([1, 2]);
    await link.commit?.(items[1]?.cursor ?? null);
    await link.commit?.(items[2]?.cursor ?? null);
    await until('the third is acknowledged', () => broker.countOf('puback') === 3);
    expect(broker.acknowledged).toEqual([1, 2, 3]);
  });

  it('a commit of a cursor of another link acknowledges nothing', async () => {
    const link = await open({ subscriptions: [{ filter: 'in' }] });
    deliver(['a']);
    await readItems(link, 1);
    for (const cursor of ['other:7', 7, null, 'x']) await link.commit?.(cursor);
    await send(link, 'a round trip');
    expect(broker.acknowledged).toEqual([]);
  });

  it('what does not fit is not acknowledged: the link asks for another when it has handled what it holds', async () => {
    const link = await open({ subscriptions: [{ filter: 'in' }], queueCapacity: 2 });
    deliver(['a', 'b', 'c', 'd']);
    const items = await readItems(link, 2);
    await link.commit?.(items[0]?.cursor ?? null);
    deliver(['e'], { messageId: 5 });
    await send(link, 'a round trip');
    const closed = vi.fn();
    void link.closed.then(closed);
    expect(textsOf((await pollOnce(link, items[1]?.cursor, 10)).items)).toEqual([]);
    expect(closed).not.toHaveBeenCalled();
    await link.commit?.(items[1]?.cursor ?? null);
    expect(await link.closed).toMatchObject({ severity: 'recoverable', scope: 'link', code: 'mqtt.overflow' });
    await link.close({ graceMs: 1_000 });
    expect(broker.acknowledged).toEqual([1, 2]);
  });
});
