import { outcome } from '@holdfast/testing';
import { type InstanceCommand, selectStatusSnapshot } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from './onScriptedChannel.ts';

/** An instance that was told to stop, and has a message in hand that it cannot finish. */
async function startDraining(drainMs = 10_000) {
  const running = await startOn({}, { onMessage: () => new Promise<void>(() => undefined) });
  running.channel.deliver({ id: '1', conversation: 'c', text: 'in hand' });
  await running.clock.settle();
  const { actor } = running.server;
  actor.send({ type: 'stop', reason: 'first', drainMs });
  expect(running.server.status()).toMatchObject({ status: 'connected', substate: 'draining' });
  const from = running.events.length;
  return {
    ...running,
    status: () => selectStatusSnapshot(actor.getSnapshot()),
    tell: (event: InstanceCommand) => actor.send(event),
    /** What has been signalled since, up to its end: the name, and the reason or the number. A new one is started after it. */
    signals: () =>
      running.events
        .slice(from, running.events.findIndex(({ name }) => name === 'instance.stopped') + 1 || undefined)
        .map(({ name, metadata }) => [name.slice(9), metadata['reason'], metadata['consecutiveFailures']]),
  };
}

describe('an instance that finishes its work', () => {
  it('stops when its time is over, and says so', async () => {
    const { clock, signals, status } = await startDraining(5_000);
    await clock.advance(4_999);
    expect([status().status, signals()]).toEqual(['connected', []]);
    await clock.advance(1);
    expect([status().status, signals()]).toEqual(['stopped', [['stopped', 'first', undefined]]]);
  });

  it('counts what fails, and fails at nothing for it', async () => {
    const { signals, status, tell } = await startDraining();
    for (let n = 1; n <= 11; n += 1) tell({ type: 'notify.failure', reason: `failure ${n}` });
    expect(status()).toMatchObject({
      status: 'connected',
      substate: 'draining',
      consecutiveFailures: 11,
      lastError: 'failure 11',
    });
    expect(signals().slice(-1)).toEqual([['failure_counted', 'failure 11', 11]]);
    expect(signals()).toHaveLength(11);
  });

  it('does not begin again, whoever says that it does', async () => {
    const { signals, status, tell } = await startDraining();
    for (const event of [
      { type: 'notify.connecting', epoch: 1 },
      { type: 'notify.connected', epoch: 1 },
      { type: 'notify.reconnectAttempt', attempt: 1, reason: null, epoch: 1 },
    ] as const) {
      tell(event);
    }
    expect([status().substate, signals()]).toEqual(['draining', []]);
  });

  it('stops at once when the channel is gone, and says that first', async () => {
    const { channel, clock, signals, status } = await startDraining();
    channel.links[0]?.drop();
    await clock.settle();
    expect(status()).toMatchObject({ status: 'stopped', lastError: 'scripted.dropped' });
    expect(signals().slice(-2)).toEqual([
      ['disconnected', 'scripted.dropped', undefined],
      ['stopped', 'first', undefined],
    ]);
  });

  it('stops at once when it is told again, for the reason of then', async () => {
    const { signals, status, tell } = await startDraining();
    tell({ type: 'stop', reason: 'second' });
    expect([status().status, signals()]).toEqual(['stopped', [['stopped', 'second', undefined]]]);
  });
});

describe('an instance whose failure is the last it takes', () => {
  it('makes the link anew, though its probes are fine', async () => {
    const { channel, clock, server } = await startOn({}, { failureLimit: 1 });
    server.notifyFailure('broken');
    expect(server.status()).toMatchObject({ lastError: 'broken' });
    await clock.advance(250);
    expect([channel.callCount('connect'), server.status().status]).toEqual([2, 'connected']);
  });

  it('does so from any status, and where there is no link has none to make anew', async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [outcome.hang()] } }, { failureLimit: 1 });
    server.notifyFailure('broken');
    await clock.settle();
    expect([server.status().substate, channel.callCount('connect')]).toEqual(['failing', 1]);
  });
});
