import type { Link } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  connectTo,
  errorOf,
  failureOf,
  openHandles,
  outgoing,
  patience,
  pollOnce,
  send,
  until,
  untilNoMoreThan,
} from './connecting.ts';
import { FaultyBroker } from './FaultyBroker.ts';

let broker: FaultyBroker;
let link: Link;

beforeEach(async () => {
  broker = await FaultyBroker.start();
  link = await connectTo({ url: broker.url });
});
afterEach(async () => {
  await link.close({ graceMs: 1_000 });
  await broker.stop();
});

describe('closing a link', () => {
  it('ends a poll and a probe, says goodbye, and tells nobody twice', async () => {
    broker.on('pingreq', () => {});
    const polling = failureOf('poll', pollOnce(link));
    const probing = failureOf('probe', link.probe({ signal: patience() }));
    const closed = vi.fn();
    void link.closed.then(closed);
    await Promise.all([link.close({ graceMs: 1_000 }), link.close({ graceMs: 5 })]);
    await link.close({ graceMs: 1_000 });
    const expected = { severity: 'recoverable', scope: 'link', code: 'mqtt.closed' };
    expect(await polling).toMatchObject(expected);
    expect(await probing).toMatchObject(expected);
    expect(closed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(expected));
    expect(broker.countOf('disconnect')).toBe(1);
  });

  it('lets a send that is under way come to its result', async () => {
    broker.on('publish', () => {});
    const sending = send(link, 'x');
    await until('it has come', () => broker.published.length === 1);
    const closing = link.close({ graceMs: 5_000 });
    broker.client.say({ cmd: 'puback', messageId: broker.published[0]?.messageId ?? 0, reasonCode: 0 });
    expect(await sending).toEqual({ externalMessageId: null });
    await closing;
    expect(broker.received.map(({ cmd }) => cmd)).toEqual(['connect', 'publish', 'disconnect']);
  });

  it('ends a send that outlives the grace, of which nobody knows whether it arrived', async () => {
    broker.on('publish', () => {});
    const sending = failureOf('send', send(link, 'x'));
    await until('it has come', () => broker.published.length === 1);
    await link.close({ graceMs: 50 });
    expect(await sending).toMatchObject({ scope: 'link', code: 'mqtt.closed', delivered: 'unknown' });
  });

  it('ends within its grace when the broker does not hang up', async () => {
    broker.on('disconnect', () => {});
    const startedAt = performance.now();
    await link.close({ graceMs: 100 });
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeLessThan(1_000);
    await until('its socket is closed', () => broker.openSockets === 0);
  });

  it('ends at once when the connection is gone already', async () => {
    broker.client.reset();
    await link.closed;
    await link.close({ graceMs: 60_000 });
  });

  it('leaves nothing that can be called', async () => {
    await link.close({ graceMs: 1_000 });
    const signal = patience();
    const sending = await failureOf('send', link.send(outgoing('x'), { signal }));
    expect(sending).toMatchObject({ code: 'mqtt.closed', delivered: 'no' });
    expect((await failureOf('poll', pollOnce(link))).code).toBe('mqtt.closed');
    expect((await failureOf('probe', link.probe({ signal }))).code).toBe('mqtt.closed');
    expect(await errorOf(link.commit?.('x:1') ?? Promise.resolve())).toMatchObject({ fault: { kind: 'closed' } });
    expect(broker.published).toEqual([]);
  });

  it('leaves no socket and no timer, whatever was going on', async () => {
    const signal = new AbortController().signal; // Not patience(), which is a timer itself.
    await link.close({ graceMs: 1_000 });
    await until('its socket is closed', () => broker.openSockets === 0);
    const before = openHandles();
    const config = { subscriptions: [{ filter: 'in' }], url: broker.url };
    for (let round = 0; round < 20; round += 1) {
      const other = await connectTo(config, { signal });
      const polling = other.poll?.({ cursor: null, waitMs: 30_000, signal });
      await other.send(outgoing('x'), { signal });
      await other.probe({ signal });
      expect(openHandles().length).toBeGreaterThan(before.length);
      if (round % 2 === 0) broker.client.reset();
      await Promise.allSettled([polling, other.close({ graceMs: 1_000 })]);
      await until('its socket is closed', () => broker.openSockets === 0);
    }
    await untilNoMoreThan(before);
  });
});
