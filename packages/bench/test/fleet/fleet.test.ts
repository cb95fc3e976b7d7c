import { describe, expect, it } from 'vitest';
import { Peer } from '../../src/fleet/Peer.ts';
import { openFleet } from '../../src/fleet/populations.ts';

describe('the peer in this process', () => {
  it('takes everybody while it is up, and nobody while it is down', async () => {
    const peer = new Peer();
    const link = await peer.connect();
    expect(peer.links).toBe(1);
    peer.goDown();
    expect(await link.closed).toMatchObject({ code: 'bench.down', severity: 'recoverable' });
    expect(peer.links).toBe(0);
    await expect(peer.connect()).rejects.toThrow('down');
    peer.comeBack();
    await peer.connect();
    expect(peer.links).toBe(1);
    expect(peer.attemptsAtMs).toHaveLength(3);
  });

  it('keeps a read waiting until its link is gone', async () => {
    const peer = new Peer();
    const link = await peer.connect();
    const reading = link.poll?.({ cursor: null, waitMs: 1, signal: new AbortController().signal });
    await link.close({ graceMs: 0 });
    await expect(reading).rejects.toThrow('gone');
    expect(peer.links).toBe(0);
  });
});

describe('a fleet', () => {
  it('without channels is started, and told of by nobody else', async () => {
    const { messaging, peer, servers } = await openFleet('bare', 3);
    expect(servers.map((server) => server.status().status)).toEqual(['starting', 'starting', 'starting']);
    expect(peer.attemptsAtMs).toEqual([]);
    await messaging.stop();
  });

  it('with a channel is connected, each with a connection, a poller and a sender', async () => {
    const { messaging, peer, servers } = await openFleet('awake', 3);
    expect(peer.links).toBe(3);
    for (const server of servers) {
      expect(server.healthSnapshot().childHealthSummary).toMatchObject({ totalChildren: 3, runningChildren: 3 });
    }
    await messaging.stop();
  });
});
