import type { ChannelAdapter, Failure, Link, PollRequest, PollResult, Receipt } from 'holdfast';
import { LongPolls, type Waiting } from './LongPolls.ts';

/**
 * A peer inside of this process, with the channel to it: it answers at once, never says anything by itself, and can be down. It keeps as
 * little as it can for a link, so that what an instance costs is what Holdfast costs.
 */
export class Peer implements ChannelAdapter<unknown, unknown, 'bench'> {
  readonly kind = 'bench';
  readonly capabilities = {
    inbound: 'long-poll',
    resume: true,
    ack: true,
    sendAck: true,
    exclusive: false,
    maxInFlight: 10,
  } as const;
  /** When somebody tried to connect, successfully or not, in `performance.now()`. */
  readonly attemptsAtMs: number[] = [];
  /** How often a link was probed. */
  probes = 0;
  readonly longPolls = new LongPolls();
  readonly #links = new Set<PeerLink>();
  #isUp = true;

  get links(): number {
    return this.#links.size;
  }

  /** All links are gone at once, and nobody can connect. */
  goDown(): void {
    this.#isUp = false;
    for (const link of this.#links) link.die();
    this.#links.clear();
  }

  comeBack(): void {
    this.#isUp = true;
  }

  async connect(): Promise<Link> {
    this.attemptsAtMs.push(performance.now());
    if (!this.#isUp) throw new Error('The peer is down.');
    const link: PeerLink = new PeerLink(this, () => this.#links.delete(link));
    this.#links.add(link);
    return link;
  }

  classifyFailure(): Failure {
    return down;
  }
}

const down: Failure = { severity: 'recoverable', scope: 'link', code: 'bench.down', message: 'The peer is down.' };
const identity = {};
const nothing: readonly [] = [];
const receipt: Receipt = { externalMessageId: '1' };

class PeerLink implements Link {
  readonly closed: Promise<Failure>;
  readonly #peer: Peer;
  readonly #onClosed: () => void;
  #reading: { readonly waiting: Waiting; reject(error: Error): void } | undefined;
  #resolve: (failure: Failure) => void = () => undefined;

  constructor(peer: Peer, onClosed: () => void) {
    this.#peer = peer;
    this.#onClosed = onClosed;
    this.closed = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get identity() {
    return identity;
  }

  /** Nothing ever comes in: it waits for as long as it is asked to, or until the link is gone. */
  poll({ cursor, waitMs }: PollRequest): Promise<PollResult> {
    return new Promise((resolve, reject) => {
      const waiting = this.#peer.longPolls.add(waitMs, () => resolve({ items: nothing, cursor }));
      this.#reading = { waiting, reject };
    });
  }

  async send(): Promise<Receipt> {
    return receipt;
  }

  async probe(): Promise<void> {
    this.#peer.probes += 1;
  }

  async close(): Promise<void> {
    this.#onClosed();
    this.die();
  }

  die(): void {
    if (this.#reading) {
      this.#peer.longPolls.remove(this.#reading.waiting);
      this.#reading.reject(new Error('The link is gone.'));
      this.#reading = undefined;
    }
    this.#resolve(down);
  }
}
