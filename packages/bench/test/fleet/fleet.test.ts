import { describe, expect, it, vi } from 'vitest';
import { LongPolls } from '../../src/fleet/LongPolls.ts';
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
    expect(peer.longPolls.size).toBe(0);
  });

  it('answers a read that has waited with nothing, and the cursor that it was asked with', async () => {
    vi.useFakeTimers();
    try {
      const link = await new Peer().connect();
      const reading = link.poll?.({ cursor: 7, waitMs: 25_000, signal: new AbortController().signal });
      let isOver = false;
      void reading?.then(() => (isOver = true));
      await vi.advanceTimersByTimeAsync(24_900);
      expect(isOver).toBe(false);
      await vi.advanceTimersByTimeAsync(200);
      expect(await reading).toEqual({ items: [], cursor: 7 });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('reads that wait', () => {
  it('are each answered in their turn, with one timer for all', () => {
    vi.useFakeTimers();
    try {
      const polls = new LongPolls();
      const answered: number[] = [];
      for (let number = 0; number < 10; number += 1) {
        polls.add(1_000, () => answered.push(number));
        vi.advanceTimersByTime(100);
      }
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(450);
      expect(answered).toEqual([0, 1, 2, 3, 4]);
      vi.advanceTimersByTime(1_000);
      expect(answered).toHaveLength(10);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
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
