/**
 * How many messages of QoS 1 the broker lets us have on the way (its Receive Maximum). It hangs up on who sends more, and
 * counts a message until it has confirmed it, whether or not anybody still waits for that.
 */
export class PublishWindow {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** Resolves when it is one's turn; rejects with the reason of the first signal that aborts. */
  enter(signals: readonly AbortSignal[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        const position = this.#waiting.indexOf(finish);
        if (position >= 0) this.#waiting.splice(position, 1);
        for (const signal of signals) signal.removeEventListener('abort', finish);
        const aborted = signals.find((signal) => signal.aborted);
        if (aborted) return reject(aborted.reason);
        this.#free -= 1;
        resolve();
      };
      for (const signal of signals) signal.addEventListener('abort', finish);
      this.#waiting.push(finish);
      if (this.#free > 0 || signals.some((signal) => signal.aborted)) finish();
    });
  }

  leave(): void {
    this.#free += 1;
    this.#waiting[0]?.();
  }
}
