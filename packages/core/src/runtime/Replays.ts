import type { ChannelBinding } from '../actors/channelBinding.ts';
import { notHandled } from '../actors/Journal.ts';
import { SparseMap } from '../policy/sparse.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { Receipt } from '../schema/message.ts';
import type { Deliveries } from './Deliveries.ts';

/** A dead letter that is handed over once more. */
export interface Replay {
  /**
   * Resolves with the receipt when the peer has taken the message, or with null when `onMessage` has. Rejects as the `settled`
   * of a delivery does, or with what `onMessage` threw: then the letter is dead again. It may be left unobserved.
   */
  readonly settled: Promise<Receipt | null>;
}

type InboundLetter = Extract<DeadLetter, { direction: 'inbound' }>;

/** The dead letters of one instance that are on their way once more. */
export class Replays {
  readonly #binding: ChannelBinding;
  readonly #deliveries: Deliveries;
  readonly #handling = new SparseMap<string, Replay>();

  constructor(binding: ChannelBinding, deliveries: Deliveries) {
    this.#binding = binding;
    this.#deliveries = deliveries;
  }

  /** Resolves when the replay is certain to go on, or the letter to stay dead, whatever happens to the process. */
  async replay(letter: DeadLetter): Promise<Replay> {
    if (letter.direction === 'inbound') return this.#handling.get(letter.id) ?? this.#begin(letter);
    // One that a process before this one began is joined, and that is known when the store was read.
    await this.#binding.restore();
    await this.#binding.journal.load();
    const { delivery, stored } = this.#deliveries.replay(letter.id, letter.message);
    await stored;
    return { settled: delivery.settled };
  }

  #begin(letter: InboundLetter): Replay {
    const settled = this.#handle(letter).finally(() => this.#handling.delete(letter.id));
    settled.catch(() => undefined);
    const replay = { settled };
    this.#handling.set(letter.id, replay);
    return replay;
  }

  /** The letter stays dead until the handler has taken it, so that a crash on the way loses nothing. */
  async #handle({ id, message, attempts: before }: InboundLetter): Promise<null> {
    const { journal } = this.#binding;
    const attempt = before + 1;
    try {
      await this.#callHandler(message, attempt);
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      await journal.inboundGaveUp(message, notHandled(name, attempt), attempt);
      throw error;
    }
    await journal.inboundReplayed(id);
    return null;
  }

  async #callHandler(message: InboundLetter['message'], attempt: number): Promise<void> {
    const { clock, poller } = this.#binding;
    const { handlingTimeoutMs } = poller;
    const handling = new AbortController();
    let timer: unknown;
    const deadline = new Promise<never>((_, reject) => {
      timer = clock.setTimeout(() => reject(new HandlingTimeout(handlingTimeoutMs)), handlingTimeoutMs);
    });
    try {
      await Promise.race([this.#binding.handle(message, { attempt, signal: handling.signal }), deadline]);
    } finally {
      clock.clearTimeout(timer);
      handling.abort();
    }
  }
}

class HandlingTimeout extends Error {
  override readonly name = 'HandlingTimeout';

  constructor(timeoutMs: number) {
    super(`onMessage did not take the dead letter within ${timeoutMs} ms (poller.handlingTimeoutMs).`);
  }
}
