import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour, Direction } from './behaviour.ts';

export interface ConnectionSurroundings {
  readonly upstreamPort: number;
  /** What to do now; asked for each piece, when it is its turn. */
  readonly behaviour: () => Behaviour;
  /** Called with each piece that the client sends. */
  readonly onRequest: () => void;
  /** Called once, when both sockets are closed. */
  readonly onClosed: () => void;
}

/** One way through: pieces are handled one after the other. */
interface Lane {
  readonly direction: Direction;
  readonly from: Socket;
  readonly to: Socket;
  tail: Promise<void>;
}

/**
 * One client's connection, and the one to the peer that is made for it.
 *
 * X1. What arrives is a prefix of what was sent, unless a behaviour says otherwise, and in its order.
 * X2. When one side is reset, so is the other; when one side ends, the other one does after what is on its way.
 * X3. A lost connection stays silent until it is destroyed, whatever either side does.
 */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #behaviour: () => Behaviour;
  readonly #over = new AbortController();
  #isLost = false;
  #isForgotten = false;
  #hasClientEnded = false;

  constructor(client: Socket, { upstreamPort, behaviour, onRequest, onClosed }: ConnectionSurroundings) {
    this.#client = client;
    this.#behaviour = behaviour;
    this.#upstream = connect({ port: upstreamPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    client.on('data', onRequest);
    client.once('end', () => {
      this.#hasClientEnded = true;
      this.#clearAway();
    });
    this.#join({ direction: 'request', from: client, to: this.#upstream, tail: Promise.resolve() });
    this.#join({ direction: 'answer', from: this.#upstream, to: client, tail: Promise.resolve() });
    let open = 2;
    for (const socket of [client, this.#upstream]) {
      socket.once('close', () => {
        open -= 1;
        if (open > 0) return;
        this.#over.abort();
        onClosed();
      });
    }
  }

  /** X3. */
  lose(): void {
    this.#isLost = true;
    this.#isForgotten = false;
  }

  /** The fault is over: a lost connection that its client has given up, or does later, is cleared away. */
  forget(): void {
    this.#isForgotten = true;
    this.#clearAway();
  }

  reset(): void {
    this.#over.abort();
    this.#client.resetAndDestroy();
    this.#upstream.resetAndDestroy();
  }

  destroy(): void {
    this.#over.abort();
    this.#client.destroy();
    this.#upstream.destroy();
  }

  #clearAway(): void {
    if (this.#isLost && this.#isForgotten && this.#hasClientEnded) this.destroy();
  }

  #join(lane: Lane): void {
    const { from, to } = lane;
    from.on('data', (piece: Buffer) => {
      const cameAtMs = performance.now();
      this.#queue(lane, () => this.#forward(lane, piece, cameAtMs));
    });
    from.once('end', () => this.#queue(lane, async () => void to.end()));
    from.on('error', () => {
      // What follows is `close`, which says that there was one.
    });
    from.once('close', (hasFailed) => {
      if (this.#isLost) return; // X3
      if (hasFailed) to.resetAndDestroy();
      else this.#queue(lane, async () => void to.end());
    });
  }

  #queue(lane: Lane, step: () => Promise<void>): void {
    lane.tail = lane.tail.then(async () => {
      if (this.#isLost || this.#over.signal.aborted) return;
      await step().catch(() => this.destroy()); // Only a wait can fail, when all is over.
    });
  }

  async #forward({ direction, to }: Lane, piece: Buffer, cameAtMs: number): Promise<void> {
    const behaviour = this.#behaviour();
    switch (behaviour.kind) {
      case 'pass':
        return void to.write(piece);
      case 'delay':
        // Timers drop what is less than a millisecond, and would be early.
        await this.#wait(Math.ceil(cameAtMs + behaviour.delayMs - performance.now()));
        return this.#isLost ? undefined : void to.write(piece);
      case 'drip':
        return this.#drip(to, piece);
      case 'cut':
        return behaviour.direction === direction ? this.#cut(to, piece) : void to.write(piece);
      case 'answer': {
        const answer = direction === 'request' ? behaviour.answerTo(piece) : undefined;
        return answer === undefined ? void to.write(piece) : this.#hangUpWith(answer);
      }
      case 'black hole':
      case 'reset':
        return;
    }
  }

  async #drip(to: Socket, piece: Buffer): Promise<void> {
    for (let sent = 0; sent < piece.length; sent += 1) {
      const behaviour = this.#behaviour();
      if (behaviour.kind !== 'drip') return void to.write(piece.subarray(sent));
      to.write(piece.subarray(sent, sent + 1));
      await this.#wait(behaviour.everyMs);
      if (this.#isLost) return;
    }
  }

  #cut(to: Socket, piece: Buffer): void {
    this.#over.abort();
    const other = to === this.#client ? this.#upstream : this.#client;
    other.destroy();
    to.end(piece.subarray(0, Math.floor(piece.length / 2)), () => to.destroy());
  }

  #hangUpWith(answer: Buffer): void {
    this.#over.abort();
    this.#upstream.destroy();
    this.#client.end(answer, () => this.#client.destroy());
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#over.signal });
  }
}
