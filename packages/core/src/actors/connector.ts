import { fromWorker, Worker } from '@holdfast/compile';
import { fromPromise } from 'xstate';
import type { Failure } from '../schema/failure.ts';
import type { Outcome } from './adapterCall.ts';
import type { ChannelBinding } from './channelBinding.ts';
import type { GapWatcher } from './Fleet.ts';
import type { LinkRef, LinkWatcher } from './linkRef.ts';

/** ONE attempt to connect. Stopping it gives the attempt up; its late answer is closed and dropped. */
export const connectorLogic = fromPromise<
  Outcome<LinkRef>,
  { readonly channel: ChannelBinding; readonly epoch: number }
>(({ input, signal }) => input.channel.connect(input.epoch, signal));

/** ONE round trip to the peer over a live link. */
export const proberLogic = fromPromise<Outcome<unknown>, { readonly link: LinkRef }>(({ input, signal }) =>
  input.link.probe({ signal }),
);

/** Holds a live link: reports its death, and closes it when the link is no longer wanted. */
export const linkHolderLogic = fromWorker<HolderInput, HolderEvent>((input) => new LinkHolder(input));

export interface HolderInput {
  readonly channel: ChannelBinding;
  readonly link: LinkRef;
}

export interface HolderEvent {
  readonly type: 'holder.none';
}

class LinkHolder extends Worker<HolderInput, HolderEvent, LinkReport> implements GapWatcher, LinkWatcher {
  begin(): void {
    const { channel, link } = this.input;
    link.watch(this);
    channel.fleet.watchGaps(this);
  }

  onClosed(failure: Failure): void {
    this.report({ type: 'link.closed', failure, epoch: this.input.link.epoch });
  }

  onGap(): void {
    this.report({ type: 'probe.now' });
  }

  /** Nothing is asked of it but to hold on. */
  receive(): void {}

  stop(): void {
    const { channel, link } = this.input;
    channel.fleet.unwatchGaps(this);
    channel.release(link);
  }
}

/** Waits for a turn among the attempts of the fleet. Stopping it gives the place up. */
export const turnLogic = fromWorker<TurnInput, TurnEvent>((input) => new PlaceInLine(input));

export interface TurnInput {
  readonly channel: ChannelBinding;
}

export interface TurnEvent {
  readonly type: 'turn.none';
}

const neverMind = (): void => undefined;

class PlaceInLine extends Worker<TurnInput, TurnEvent, { readonly type: 'turn.granted' }> {
  #leave = neverMind;

  begin(): void {
    this.#leave = this.input.channel.awaitTurn(() => this.report({ type: 'turn.granted' }));
  }

  /** Nothing is asked of it but to wait. */
  receive(): void {}

  stop(): void {
    this.#leave();
  }
}

/** A link has died by itself; or time has passed unseen, and nobody knows whether it lives. */
export type LinkReport =
  | { readonly type: 'link.closed'; readonly failure: Failure; readonly epoch: number }
  | { readonly type: 'probe.now' };
