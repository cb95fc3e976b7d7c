import type { Ledger } from '../ledger/Ledger.ts';
import type { Server } from '../servers/Server.ts';
import type { Command } from '../subject/protocol.ts';

/** Whoever carries a decision out. */
interface Teller {
  tell(command: Command): void;
}

interface Case {
  readonly instance: string;
  readonly jobId: string;
  readonly message: string;
}

/** Decisions wait so long for each other, so that the records are read once for many. Milliseconds. */
const gatherMs = 100;
/** In the last life: by then the server has seen to all that the life before has sent. Milliseconds. */
const lastWaitMs = 1_500;

/**
 * Whoever decides about messages that are held: by the record of the server, `sent` or `retry`. Not in the life in which a
 * message is held first, so that being held has to outlive a kill, and the server has had its time with what it got.
 */
export class Desk {
  readonly #ledger: Ledger;
  readonly #servers: Server;
  /** Those that were held in an earlier life, or are to be decided about in this one. */
  readonly #known = new Map<string, number>();
  #waiting: Case[] = [];
  #life: Teller | undefined;
  #number = 0;
  #timer: NodeJS.Timeout | undefined;
  #isLast = false;

  constructor(ledger: Ledger, servers: Server) {
    this.#ledger = ledger;
    this.#servers = servers;
  }

  begin(number: number, life: Teller): void {
    this.close();
    this.#number = number;
    this.#life = life;
  }

  /** No kill comes any more: everything is decided about in this life. */
  beginLast(): void {
    this.#isLast = true;
    this.#schedule(lastWaitMs);
  }

  held(one: Case): void {
    const since = this.#known.get(one.message) ?? this.#number;
    this.#known.set(one.message, since);
    if (since < this.#number || this.#isLast) this.#schedule(this.#isLast ? lastWaitMs : gatherMs);
    this.#waiting.push(one);
  }

  /** Decides about nothing more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #schedule(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#decide(this.#life);
    }, delayMs);
  }

  async #decide(life: Teller | undefined): Promise<void> {
    const ripe = this.#waiting.filter(({ message }) => this.#isLast || this.#isOld(message));
    const arrived = new Set((await this.#servers.arrivals()).map(({ text }) => text));
    if (life !== this.#life) return;
    this.#waiting = this.#waiting.filter((one) => !ripe.includes(one));
    for (const { instance, jobId, message } of ripe) {
      const resolution = arrived.has(message) ? 'sent' : 'retry';
      // It is on its way again: if it is held again, the server has to have its time again.
      this.#known.delete(message);
      this.#ledger.decisions[resolution] += 1;
      life?.tell({ name: 'resolve', instance, jobId, resolution });
    }
  }

  #isOld(message: string): boolean {
    return (this.#known.get(message) ?? this.#number) < this.#number;
  }
}
