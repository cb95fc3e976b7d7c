import { describe, expect, it } from 'vitest';
import {
  type InstanceSnapshot,
  isDegraded,
  isDraining,
  isReady,
  selectChildHealth,
  selectHealthSnapshot,
  selectStatus,
  selectStatusSnapshot,
  selectSubstate,
} from '../../src/machine/selectors.ts';
import { startOn } from './onScriptedChannel.ts';

const at = (value: unknown) => ({ value }) as Pick<InstanceSnapshot, 'value'>;

describe('the status', () => {
  it('is the top-level state, and the substate the one inside it, whatever is inside that', () => {
    expect([selectStatus(at('starting')), selectSubstate(at('starting'))]).toEqual(['starting', null]);
    const degraded = at({ connected: 'degraded' });
    expect([selectStatus(degraded), selectSubstate(degraded)]).toEqual(['connected', 'degraded']);
    const draining = at({ connected: { draining: 'sending' } });
    expect([selectStatus(draining), selectSubstate(draining)]).toEqual(['connected', 'draining']);
  });

  it('has no substate where nothing is inside', () => {
    expect([selectSubstate(at({})), selectSubstate(at({ connected: {} }))]).toEqual([null, null]);
  });

  it.each([
    ['starting', []],
    [{ disconnected: 'waiting' }, []],
    [{ connected: 'healthy' }, ['ready']],
    [{ connected: 'degraded' }, ['ready', 'degraded']],
    [{ connected: { draining: 'handling' } }, ['draining']],
  ])('%j is in short %j', (value, expected) => {
    const snapshot = at(value);
    const inShort = { ready: isReady(snapshot), degraded: isDegraded(snapshot), draining: isDraining(snapshot) };
    expect(Object.entries(inShort).flatMap(([word, isSo]) => (isSo ? [word] : []))).toEqual(expected);
  });
});

describe('the health', () => {
  it('of an instance on a channel tells of each worker', async () => {
    const { server } = await startOn();
    const snapshot = server.actor.getSnapshot();
    expect(selectChildHealth(snapshot)).toEqual({
      status: 'ok',
      totalChildren: 3,
      runningChildren: 3,
      children: { connection: 'up', poller: 'up', sender: 'up' },
    });
    expect([isReady(snapshot), selectStatusSnapshot(snapshot).childHealthSummary.totalChildren]).toEqual([true, 3]);
  });

  it('counts a worker that is not there as down, and one that has ended as to be restarted', async () => {
    const { server } = await startOn();
    const snapshot = server.actor.getSnapshot();
    const children = { sender: { getSnapshot: () => ({ status: 'error' }) }, connection: snapshot.children.connection };
    expect(selectChildHealth({ ...snapshot, children } as unknown as InstanceSnapshot)).toEqual({
      status: 'ok',
      totalChildren: 3,
      runningChildren: 1,
      children: { connection: 'up', poller: 'down', sender: 'restarting' },
    });
  });

  it('of a channel that only sends has no worker that reads', async () => {
    const { server } = await startOn({ capabilities: { inbound: 'none' } });
    expect(selectChildHealth(server.actor.getSnapshot())).toEqual({
      status: 'ok',
      totalChildren: 2,
      runningChildren: 2,
      children: { connection: 'up', sender: 'up' },
    });
  });

  it('is never of less than no time, though the clock was set back', async () => {
    const { server } = await startOn();
    const snapshot = server.actor.getSnapshot();
    const of = (nowMs: number) => selectHealthSnapshot(snapshot, { nowMs, senderQueueDepth: 0 }).uptimeMs;
    expect([of(snapshot.context.startedAt + 5), of(snapshot.context.startedAt - 5)]).toEqual([5, 0]);
  });
});
