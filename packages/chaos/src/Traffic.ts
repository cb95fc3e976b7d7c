import { setTimeout as sleep } from 'node:timers/promises';
import { marks } from './measure/Ledger.ts';
import type { Subject } from './Subject.ts';

/** How often an instance sends a message, and gets one. Milliseconds. */
export const everyMs = 1_000;
/** Nothing has arrived for so long: nothing more will. Milliseconds. */
const quietMs = 2_500;
const drainDeadlineMs = 15_000;

/** Messages in both directions for all instances, spread evenly over the time. */
export class Traffic {
  readonly #subjects: readonly Subject[];
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;

  constructor(subjects: readonly Subject[]) {
    this.#subjects = subjects;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#subjects[this.#turn % this.#subjects.length]?.exchange();
      this.#turn += 1;
    }, everyMs / this.#subjects.length);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Resolves when everything that is under way has arrived, or it looks as if it never will. */
  async drained(): Promise<void> {
    const startedAtMs = performance.now();
    let seen = -1;
    let seenAtMs = startedAtMs;
    for (;;) {
      const nowMs = performance.now();
      const arrived = this.#arrived();
      if (arrived !== seen) {
        seen = arrived;
        seenAtMs = nowMs;
      }
      const isQuiet = nowMs - seenAtMs > quietMs;
      if ((isQuiet && this.#underWay() === 0) || nowMs - startedAtMs > drainDeadlineMs || this.#isComplete()) return;
      await sleep(50);
    }
  }

  #isComplete(): boolean {
    const missing = this.#subjects.some(({ inbound }) => inbound.numbers(marks.accepted, marks.handled).length > 0);
    return !missing && this.#underWay() === 0;
  }

  #arrived(): number {
    return this.#subjects.reduce(
      (sum, { inbound, outbound }) => sum + inbound.count(marks.handled) + outbound.count(marks.sent),
      0,
    );
  }

  #underWay(): number {
    return this.#subjects.reduce((sum, subject) => sum + subject.underWay, 0);
  }
}
