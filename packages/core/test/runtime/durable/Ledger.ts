import type { OutboundMessage, SenderOptions, StopAccount } from 'holdfast';
import { expect } from 'vitest';
import { nothing } from '../running.ts';
import type { Process, World } from './World.ts';

interface Entry extends OutboundMessage {
  readonly idempotencyKey: string;
  isAccepted: boolean;
  isWithdrawn: boolean;
}

/** How a process ended: `clean` when it was told to, and its store has taken all that it wrote. */
interface Epoch {
  readonly process: Process;
  /** What the store knew when it began. */
  readonly keys: ReadonlySet<string>;
  readonly handled: ReadonlySet<string>;
  isClean: boolean;
}

/** The books of somebody who watches from outside: what was promised, what the peer got, what the handler saw. */
export class Ledger {
  readonly #world: World;
  readonly #policy: SenderOptions['unknownOutcome'];
  /** By text: every message has its own. In the order of the calls, without those that were refused. */
  readonly #asked = new Map<string, Entry>();
  readonly #epochs: Epoch[] = [];
  /** The epoch of each call that the peer got. */
  readonly #epochOfCall: number[] = [];
  /** Texts that somebody sends once more: they come out of turn. */
  readonly #replayed = new Set<string>();
  readonly #handed = new Set<string>();
  readonly #delivered = new Set<string>();

  constructor(world: World, policy: SenderOptions['unknownOutcome']) {
    this.#world = world;
    this.#policy = policy;
  }

  async begin(process: Process): Promise<void> {
    const { handled, keys } = await this.#world.stored();
    const known = { keys: new Set(keys.map(({ key }) => key)), handled: new Set(handled) };
    this.#epochs.push({ process, ...known, isClean: false });
  }

  /** It ended in order, and could write all that it had to. */
  endCleanly(): void {
    const epoch = this.#epochs.at(-1);
    if (epoch) epoch.isClean = true;
  }

  ask(message: OutboundMessage): Entry {
    const entry = { idempotencyKey: message.text, ...message, isAccepted: false, isWithdrawn: false } as Entry;
    this.#asked.set(message.text, entry);
    return entry;
  }

  refuse(text: string): void {
    this.#asked.delete(text);
  }

  replay(text: string): void {
    this.#replayed.add(text);
  }

  deliver(id: string): void {
    this.#delivered.add(id);
  }

  /** P6. */
  hand(id: string): void {
    const epoch = this.#epochs.at(-1);
    const isCommitted =
      epoch?.handled.has(id) ||
      epoch?.process.store.commits.flat().some((change) => change.type === 'handled.put' && change.messageId === id);
    expect(isCommitted, `${id} was handed over after its commit`).not.toBe(true);
    this.#handed.add(id);
  }

  /** After each step: all calls since the step before were made in this epoch. */
  checkCalls(): void {
    const { sends } = this.#world.channel;
    for (let index = this.#epochOfCall.length; index < sends.length; index += 1) {
      this.#epochOfCall.push(this.#epochs.length - 1);
      this.#checkCall(index);
    }
  }

  /** Accepted and lost = 0. What is accepted arrived, is in the store still, is a dead letter, or nobody wants it any more. */
  async checkNothingLost(): Promise<void> {
    const arrived = this.#arrivals.map(({ message }) => message);
    const texts = new Set(arrived.map(({ text }) => text));
    const keys = new Set(arrived.map(({ idempotencyKey }) => idempotencyKey));
    const { outbox } = await this.#world.stored();
    const left = new Set([...outbox, ...(await this.#world.letters())].map(({ message }) => message.text));
    for (const { expiresAt, idempotencyKey, isAccepted, isWithdrawn, text } of this.#asked.values()) {
      const isUnwanted = isWithdrawn || (expiresAt ?? Number.POSITIVE_INFINITY) <= this.#world.clock.now();
      const isThere = texts.has(text) || keys.has(idempotencyKey) || left.has(text);
      expect(isThere || isUnwanted || !isAccepted, `${text} is lost`).toBe(true);
    }
    for (const text of texts) expect(this.#asked.has(text), `${text} was refused, and sent`).toBe(true);
    expect([...this.#handed].toSorted()).toEqual([...this.#delivered].toSorted());
  }

  /** Of each conversation the first arrivals are in the order of the calls. */
  checkOrder(): void {
    const order = [...this.#asked.keys()];
    const first = new Map<string, string[]>();
    for (const { message } of this.#arrivals) {
      if (this.#replayed.has(message.text)) continue;
      const texts = first.get(message.conversation) ?? [];
      if (!texts.includes(message.text)) first.set(message.conversation, [...texts, message.text]);
    }
    for (const texts of first.values())
      expect(texts).toEqual(texts.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
  }

  /** Under `hold` what is held stays, and what comes after it in its conversation; otherwise nothing does, and no replay. */
  async checkLeft(): Promise<void> {
    const { outbox } = await this.#world.stored();
    const heads = new Map(outbox.toReversed().map(({ message, state }) => [message.conversation, state]));
    for (const state of heads.values()) expect([this.#policy, state]).toEqual(['hold', 'attempting']);
    const underWay = (await this.#world.letters()).filter(({ state }) => state === 'replaying');
    const jobs = outbox.map(({ jobId }) => jobId);
    for (const { id } of underWay) expect(jobs, `the replay of ${id} goes on for ever`).toContain(`replay:${id}`);
  }

  get #arrivals() {
    return this.#world.channel.sends.filter((_, index) => this.#mayHaveArrived(index));
  }

  #mayHaveArrived(index: number): boolean {
    const outcome = this.#world.channel.sends[index]?.outcome;
    if (!outcome) return false;
    return outcome.kind !== 'fail' || JSON.stringify(outcome.reason).includes('"delivered":"unknown"');
  }

  /** S5: again only what may not have arrived, and under `retry` only; never what the process or the store knew to be sent. */
  #checkCall(index: number): void {
    const { sends } = this.#world.channel;
    const call = sends[index];
    const epoch = this.#epochs[this.#epochOfCall[index] ?? -1];
    if (!call || !epoch || call.outcome === null) return;
    const { idempotencyKey, text } = call.message;
    expect(epoch.keys.has(idempotencyKey), `${text} was sent again, though its key was known`).toBe(false);
    for (const [before, { message, outcome }] of sends.slice(0, index).entries()) {
      if (message.idempotencyKey !== idempotencyKey || !this.#mayHaveArrived(before)) continue;
      if (message.text === text) expect(this.#policy, `${text} was sent again`).toBe('retry');
      const isSame = this.#epochOfCall[before] === this.#epochOfCall[index];
      const wasClean = this.#epochs[this.#epochOfCall[before] ?? -1]?.isClean;
      if (outcome?.kind === 'ok')
        expect(isSame || wasClean, `${text} was sent again, though it had arrived`).toBe(false);
    }
  }
}

/** O3. */
export function checkAccount(account: StopAccount = nothing): void {
  const { accepted, sent, failed, expired, withdrawn, unknown, handedBack, uncertain } = account;
  expect(accepted).toBe(sent + failed + expired + withdrawn + unknown + handedBack.length);
  expect(uncertain.length).toBeLessThanOrEqual(unknown);
}
