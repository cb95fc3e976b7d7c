import { SparseMap } from './sparse.ts';

/** What a peer has asked to wait: everything, or one conversation. Times are milliseconds since 1970. */
export class Pauses {
  readonly #conversations = new SparseMap<string, number>();
  #untilMs = 0;

  /** Until when everything waits. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /** Until when this conversation waits. */
  untilMsOf(conversation: string): number {
    return Math.max(this.#untilMs, this.#conversations.get(conversation) ?? 0);
  }

  /** A pause is never made shorter. */
  pause(untilMs: number, conversation?: string): void {
    if (conversation === undefined) this.#untilMs = Math.max(this.#untilMs, untilMs);
    else this.#conversations.set(conversation, Math.max(this.#conversations.get(conversation) ?? 0, untilMs));
  }

  forgetPast(nowMs: number): void {
    for (const [conversation, untilMs] of this.#conversations) {
      if (untilMs <= nowMs) this.#conversations.delete(conversation);
    }
  }
}
