import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeliveryFailedError,
  DeliveryUnknownError,
  HandedBackError,
  type InboundMessage,
  type InstanceServer,
  type StopAccount,
} from 'holdfast';
import type { Fleet } from './fleet.ts';
import { Ledger, marks } from './measure/Ledger.ts';
import type { Account } from './peers/Peer.ts';

/** No run gets that far: two minutes at a message a second. */
const capacity = 400;
/** How long the handling of a message takes. Milliseconds. */
const handlingMs = 25;

/** An instance that is watched: its account, its server, and what became of every message in both directions. */
export class Subject {
  readonly account: Account;
  readonly outbound = new Ledger(capacity);
  readonly inbound = new Ledger(capacity);
  /** The numbers of the faults that were done to it, in their order. */
  readonly cycles: number[] = [];
  #server: InstanceServer | undefined;
  #unsettled = 0;
  #isWriting = false;

  constructor(account: Account) {
    this.account = account;
  }

  get id(): string {
    return this.account.id;
  }

  get server(): InstanceServer {
    if (!this.#server) throw new Error(`${this.id} has not been started.`);
    return this.#server;
  }

  get isConnected(): boolean {
    return this.server.isRunning && this.server.status().status === 'connected';
  }

  /** Messages under way: sent and not settled, or written and not answered by the peer. */
  get underWay(): number {
    return this.#unsettled + (this.#isWriting ? 1 : 0);
  }

  /** The last fault that has begun; 0 before the first. */
  get #cycle(): number {
    return this.cycles.at(-1) ?? 0;
  }

  async start(fleet: Fleet): Promise<void> {
    this.#server = await this.account.start(fleet, (message) => this.#handle(message));
  }

  /** One message in each direction. A user writes one after the other. */
  exchange(): void {
    void this.send();
    if (!this.#isWriting) void this.#write();
  }

  /** Hands the next message to the instance. Resolves with whether the peer has taken it. */
  async send(): Promise<boolean> {
    const number = this.outbound.open(this.#cycle);
    if (number === undefined) return false;
    const { settled } = await this.server.enqueue(this.account.outbound(number));
    this.outbound.mark(number, marks.accepted);
    this.#unsettled += 1;
    try {
      await settled;
      this.outbound.mark(number, marks.sent);
      return true;
    } catch (error) {
      this.outbound.mark(number, markOf(error));
      return false;
    } finally {
      this.#unsettled -= 1;
    }
  }

  /** Resolves with whether it is connected and the peer has taken a message again, within that time. */
  async isWellWithin(timeoutMs: number): Promise<boolean> {
    const deadline = new AbortController();
    const timedOut = sleep(timeoutMs, false, { signal: deadline.signal }).catch(() => false);
    const isWell = await Promise.race([this.#becomeWell(deadline.signal), timedOut]);
    deadline.abort();
    return isWell;
  }

  /** What the account that `stop` returned says otherwise than what was seen; nothing when they agree. */
  disagreements({ accepted, sent, failed, ...account }: StopAccount): string[] {
    const { expired, withdrawn, unknown } = account;
    const handedBack = account.handedBack.length;
    const told = { accepted, sent, failed, expired, withdrawn, unknown, handedBack };
    const problems: string[] = [];
    if (accepted !== sent + failed + expired + withdrawn + unknown + handedBack)
      problems.push(`${this.id} does not add up: ${JSON.stringify(told)}`);
    for (const name of ['accepted', 'sent', 'failed', 'unknown', 'handedBack'] as const) {
      const seen = this.outbound.count(marks[name]);
      if (seen !== told[name]) problems.push(`${this.id} says ${name} ${told[name]}, and ${seen} were seen`);
    }
    return problems;
  }

  async #becomeWell(giveUp: AbortSignal): Promise<boolean> {
    while (!giveUp.aborted) {
      const isTaken = await this.send();
      if (isTaken && this.isConnected) return true;
      await sleep(10, undefined, { signal: giveUp }).catch(() => {});
    }
    return false;
  }

  async #write(): Promise<void> {
    const number = this.inbound.open(this.#cycle);
    if (number === undefined) return;
    this.#isWriting = true;
    try {
      await this.account.write(number);
      this.inbound.mark(number, marks.accepted);
    } catch {
      // The peer was away: the user does not know whether it has the message, so nobody owes it to him.
    } finally {
      this.#isWriting = false;
    }
  }

  /** It takes its time, so that a fault can come between the reading and the end of the handling. */
  async #handle(message: InboundMessage): Promise<void> {
    await sleep(handlingMs);
    this.inbound.mark(this.account.numberOf(message), marks.handled);
  }
}

function markOf(error: unknown): number {
  if (error instanceof DeliveryFailedError) return marks.failed;
  if (error instanceof HandedBackError) return marks.handedBack;
  if (error instanceof DeliveryUnknownError) return marks.unknown;
  throw error;
}
