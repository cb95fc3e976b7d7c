/** A read that waits. */
export interface Waiting {
  readonly dueMs: number;
  readonly onDue: () => void;
}

/** Reads are answered up to so much late, so that one timer serves many. Milliseconds. */
const latenessMs = 20;

/**
 * Reads that all wait equally long, as those of a fleet do, with one timer for all of them: what a server across the network would do is
 * not to be counted as ours.
 */
export class LongPolls {
  /** In the order in which they fall due. */
  readonly #waiting = new Set<Waiting>();
  #isArmed = false;

  get size(): number {
    return this.#waiting.size;
  }

  add(waitMs: number, onDue: () => void): Waiting {
    const waiting = { dueMs: performance.now() + waitMs, onDue };
    this.#waiting.add(waiting);
    this.#arm();
    return waiting;
  }

  remove(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }

  #arm(): void {
    const [next] = this.#waiting;
    if (this.#isArmed || !next) return;
    this.#isArmed = true;
    const timer = setTimeout(() => this.#serve(), Math.max(0, next.dueMs - performance.now()) + latenessMs);
    // Nobody has to wait for a read that brings nothing.
    timer.unref();
  }

  #serve(): void {
    this.#isArmed = false;
    const nowMs = performance.now();
    for (const waiting of this.#waiting) {
      if (waiting.dueMs > nowMs) break;
      this.#waiting.delete(waiting);
      waiting.onDue();
    }
    this.#arm();
  }
}
