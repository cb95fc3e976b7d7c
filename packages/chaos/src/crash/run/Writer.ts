import type { Ledger } from '../ledger/Ledger.ts';
import type { Server } from '../servers/Server.ts';

/** How often the user writes to each instance. Milliseconds. */
const everyMs = 300;

/** The user: writes to one instance after the other, whether or not the process lives, and to each one message at a time. */
export class Writer {
  readonly #ledger: Ledger;
  readonly #servers: Server;
  readonly #numbers = new Map<string, number>();
  readonly #writing = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;

  constructor(ledger: Ledger, servers: Server) {
    this.#ledger = ledger;
    this.#servers = servers;
  }

  get isWriting(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    const { subjects } = this.#servers;
    this.#timer ??= setInterval(() => {
      const subject = subjects[this.#turn % subjects.length];
      this.#turn += 1;
      if (subject && !this.#writing.has(subject.id)) this.#writing.set(subject.id, this.#write(subject.id));
    }, everyMs / subjects.length);
  }

  /** Resolves when the last message is with its server. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await Promise.all(this.#writing.values());
  }

  async #write(instance: string): Promise<void> {
    const number = (this.#numbers.get(instance) ?? 0) + 1;
    this.#numbers.set(instance, number);
    try {
      await this.#servers.write(instance, number);
      this.#ledger.written.add(`${instance}/${number}`);
    } catch (error) {
      this.#ledger.problems.push(`the user could not write to ${instance}: ${String(error)}`);
    } finally {
      this.#writing.delete(instance);
    }
  }
}
