import { broken } from '../ContractBrokenError.ts';
import type { ChannelPeer, RefusableOperation, Refusal } from './ChannelSubject.ts';

/** The peer of a subject, for facts that have made sure before that it can do what they ask of it. */
export class DrivenPeer {
  readonly #peer: ChannelPeer;

  constructor(peer: ChannelPeer) {
    this.#peer = peer;
  }

  async deliver(...texts: readonly string[]): Promise<void> {
    for (const text of texts) await (this.#peer.deliver ?? missing('deliver')).call(this.#peer, text);
  }

  async deliverUnreadable(): Promise<void> {
    await (this.#peer.deliverUnreadable ?? missing('deliverUnreadable')).call(this.#peer);
  }

  async received(): Promise<readonly string[]> {
    return (this.#peer.received ?? missing('received')).call(this.#peer);
  }

  requests(operation: RefusableOperation): number {
    return (this.#peer.requests ?? missing('requests')).call(this.#peer, operation);
  }

  get openConnections(): number {
    return (this.#peer.openConnections ?? missing('openConnections')).call(this.#peer);
  }

  async freeze(): Promise<void> {
    await (this.#peer.freeze ?? missing('freeze')).call(this.#peer);
  }

  async thaw(): Promise<void> {
    await (this.#peer.thaw ?? missing('thaw')).call(this.#peer);
  }

  async cutOff(): Promise<void> {
    await (this.#peer.cutOff ?? missing('cutOff')).call(this.#peer);
  }

  async drop(): Promise<void> {
    await (this.#peer.drop ?? missing('drop')).call(this.#peer);
  }

  async refuse(operation: RefusableOperation, refusal: Partial<Refusal> & Pick<Refusal, 'kind'>): Promise<void> {
    await (this.#peer.refuse ?? missing('refuse')).call(this.#peer, operation, { words: 'no', ...refusal });
  }
}

function missing(method: keyof ChannelPeer): () => never {
  return () =>
    broken(`This fact needs peer.${method}(), which the subject has not: look at fact.skip before fact.run().`);
}
