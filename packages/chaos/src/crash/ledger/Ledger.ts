import type { StoreContent } from '../disk/storeCopy.ts';
import { type Report, readMessageName } from '../subject/protocol.ts';

/** A call of an instance's handler that was done. */
export interface Handling {
  readonly life: number;
  readonly instance: string;
  readonly conversation: string;
  readonly number: number;
  /** The channel's id of the message. */
  readonly id: string;
}

/** What the end of a life has left on the disk. */
export interface Remains {
  /** The life that was ended. */
  readonly life: number;
  /** What its successor finds. */
  readonly found: StoreContent;
  /** What was there before the log was cut off; undefined when it was not. */
  readonly before?: StoreContent | undefined;
}

/**
 * What the process said while it lived, and what it left whenever it was killed. Nothing of it is told by the process about
 * itself afterwards: what was promised counts from the moment that it was said.
 */
export class Ledger {
  /** Outbound messages whose `enqueue` resolved, by their names, with the life in which it did. */
  readonly accepted = new Map<string, number>();
  /** Those whose `enqueue` rejected, with the code of the error and that of its cause. */
  readonly refused = new Map<string, string>();
  /** Those whose sending was confirmed. */
  readonly confirmed = new Set<string>();
  /** Those of which it was said that they were not sent, or that nobody knows; with the code. */
  readonly unsent = new Map<string, string>();
  /** Those that were held for a decision, once at least. */
  readonly held = new Set<string>();
  readonly decisions = { sent: 0, retry: 0 };
  readonly handlings: Handling[] = [];
  /** What the user was told that the server has: `<instance>/<number>`. */
  readonly written = new Set<string>();
  readonly remains: Remains[] = [];
  readonly problems: string[] = [];
  /** Codes of errors with which a store was not opened, and how often. */
  readonly unopened = new Map<string, number>();
  /** Messages that came again after they were handled, and were not handed over again. */
  suppressed = 0;

  record(life: number, report: Report): void {
    switch (report.what) {
      case 'accepted':
        this.accepted.set(report.message, life);
        break;
      case 'refused':
        this.refused.set(report.message, `${report.code} (${report.cause})`);
        break;
      case 'sent':
        this.confirmed.add(report.message);
        break;
      case 'unsent':
        this.unsent.set(report.message, report.code);
        break;
      case 'held':
        this.#hold(report.message);
        break;
      case 'handled':
        this.handlings.push({ life, ...report });
        break;
      case 'suppressed':
        this.suppressed += 1;
        break;
      case 'unopened':
        this.unopened.set(report.code, (this.unopened.get(report.code) ?? 0) + 1);
        break;
      case 'stopped':
        this.problems.push(...report.disagreements);
        break;
      case 'problem':
        this.problems.push(`life ${life}: ${report.text}`);
        break;
    }
  }

  #hold(message: string): void {
    if (readMessageName(message)) this.held.add(message);
    else this.problems.push(`${message} is held, and nobody sent it`);
  }
}
