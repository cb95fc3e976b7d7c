/**
 * The pings that are under way. Each PINGREQ has its PINGRESP, in order: so one waits for its own, and is not content with
 * the answer to one from before.
 */
export class PingLine {
  readonly #waiting: { readonly ordinal: number; readonly resolve: () => void }[] = [];
  #sent = 0;
  #answered = 0;

  /** Another PINGREQ was sent, by whomever. */
  sent(): void {
    this.#sent += 1;
  }

  /** A PINGRESP has come. */
  answered(): void {
    this.#answered += 1;
    while (this.#waiting[0] && this.#waiting[0].ordinal <= this.#answered) this.#waiting.shift()?.resolve();
  }

  /** Resolves when the last one that was sent is answered. */
  whenAnswered(): Promise<void> {
    const ordinal = this.#sent;
    return new Promise((resolve) => {
      this.#waiting.push({ ordinal, resolve });
    });
  }
}
