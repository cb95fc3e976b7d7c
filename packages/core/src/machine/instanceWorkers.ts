import { setup } from 'xstate';
import { pollerLogic } from '../actors/poller.ts';
import { senderLogic } from '../actors/sender.ts';
import { eventOf, type InstanceTypes } from './instanceModel.ts';
import { reconnectMachine } from './reconnectMachine.ts';

/**
 * What an instance does with its workers. `connection` and `sender` live as long as the instance has a channel, the
 * `poller` as long as there is a link. Without a channel there are none, and each of these does nothing.
 */
const { enqueueActions } = setup({
  types: {} as InstanceTypes,
  actors: { connection: reconnectMachine, poller: pollerLogic, sender: senderLogic },
});

export const startWorkers = enqueueActions(({ context: { channel, telemetry }, enqueue }) => {
  if (!channel) return;
  enqueue.spawnChild('sender', { id: 'sender', input: { channel, telemetry } });
  enqueue.spawnChild('connection', { id: 'connection', input: { channel } });
});

/** After one of them broke. What they were working on is in the outbox and at the peer, so nothing is lost. */
export const restartWorkers = enqueueActions(({ context: { channel, telemetry }, enqueue }) => {
  if (!channel) return;
  enqueue.stopChild('poller');
  enqueue.stopChild('connection');
  enqueue.stopChild('sender');
  enqueue.spawnChild('sender', { id: 'sender', input: { channel, telemetry } });
  enqueue.spawnChild('connection', { id: 'connection', input: { channel } });
});

/** A link is up: read from it and send over it. The Poller of the one before was stopped when that went. */
export const useLink = enqueueActions(({ context: { channel, telemetry }, enqueue, event }) => {
  const link = eventOf(event, 'connection.up')?.link;
  if (!channel || !link) return;
  if (link.canPoll && channel.capabilities.inbound !== 'none') {
    enqueue.spawnChild('poller', { id: 'poller', input: { channel, link, telemetry } });
  }
  enqueue.sendTo('sender', { type: 'link.up', link });
});

export const leaveLink = enqueueActions(({ context: { channel }, enqueue }) => {
  if (!channel) return;
  enqueue.stopChild('poller');
  enqueue.sendTo('sender', { type: 'link.down' });
});

/** Reading failed: the link is of no use any more. */
export const failLink = enqueueActions(({ context: { channel }, enqueue, event }) => {
  const report = eventOf(event, 'poller.failed');
  if (!channel || !report) return;
  enqueue.sendTo('connection', { type: 'link.failed', failure: report.failure, epoch: report.epoch });
});

/** A send failed in a way that makes one wonder about the link: a round trip will tell. */
export const doubtLink = enqueueActions(({ context: { channel }, enqueue }) => {
  if (channel) enqueue.sendTo('connection', { type: 'probe.now' });
});

/** Too many failures in a row, or an embedder's word: this link does not work, whatever its probes say. */
export const renewLink = enqueueActions(({ context: { channel, lastError }, enqueue, event }) => {
  const { reason = 'unknown' } = eventOf(event, 'notify.disconnected') ?? { reason: lastError };
  if (channel) enqueue.sendTo('connection', { type: 'link.renew', reason });
});

export const retryConnection = enqueueActions(({ context: { channel }, enqueue, event }) => {
  if (!channel) return;
  enqueue.sendTo('connection', event.type === 'retry' ? { type: 'retry' } : { type: 'credentials.updated' });
});

/** Read no more; finish the message in hand. */
export const drainPoller = enqueueActions(({ enqueue, self }) => {
  if (self.getSnapshot().children['poller']) enqueue.sendTo('poller', { type: 'drain' });
  else enqueue.raise({ type: 'poller.drained' });
});

/** Send what is queued, and say when it is done. */
export const drainSender = enqueueActions(({ context: { channel }, enqueue }) => {
  if (channel) enqueue.sendTo('sender', { type: 'drain' });
});
