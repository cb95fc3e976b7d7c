import type { Outcome } from '@holdfast/testing';
import {
  type ChannelCapabilities,
  type MessageHandler,
  NotStoredError,
  type OutboundMessage,
  type SenderOptions,
} from 'holdfast';
import { killSender } from '../../actors/killSender.ts';
import { checkAccount, Ledger } from './Ledger.ts';
import { isAttempt } from './ProcessStore.ts';
import { type Running, World } from './World.ts';

export type UnknownOutcome = SenderOptions['unknownOutcome'];

/** Long enough for every wait that a step may have caused. */
const quietMs = 300_000;

interface CrashOptions extends Partial<ChannelCapabilities> {
  /** Default: never. */
  readonly hibernateAfterMs?: number;
}

/** One sequence of misfortunes, and the processes that live through it. */
export class CrashRun {
  readonly world: World;
  readonly #ledger: Ledger;
  readonly #policy: UnknownOutcome;
  #running: Running | undefined;
  #texts = 0;
  #inbound = 0;
  #handlerFailures = 0;
  /** The next process cannot read what the one before has left, at first. */
  isUnreadable = false;
  /** Commits that say that something goes to the peer are not answered. */
  #isHanging = false;
  #brokenSenders = 0;

  readonly #hibernateAfterMs: number;

  constructor(
    policy: UnknownOutcome,
    { hibernateAfterMs = Number.POSITIVE_INFINITY, ...capabilities }: CrashOptions = {},
  ) {
    this.#policy = policy;
    this.#hibernateAfterMs = hibernateAfterMs;
    this.world = new World({ capabilities: { maxInFlight: 3, ...capabilities } });
    this.#ledger = new Ledger(this.world, policy);
  }

  /** The process that lives now; a new one when the last is dead. */
  async process(): Promise<Running> {
    if (this.#running && !this.#running.isDead && this.#running.server.isRunning) return this.#running;
    let isDead = (): boolean => false;
    const onMessage: MessageHandler = (message) => {
      if (isDead()) return new Promise(() => undefined);
      this.#ledger.hand(message.id);
      this.#handlerFailures -= 1;
      return this.#handlerFailures >= 0 ? Promise.reject(new Error('not now')) : undefined;
    };
    const process = this.world.boot({
      messaging: { hibernateAfterMs: this.#hibernateAfterMs },
      prepare: (store) => {
        store.isUnreadable = this.isUnreadable;
      },
    });
    this.isUnreadable = false;
    this.#isHanging = false;
    this.#brokenSenders = 0;
    isDead = () => process.isDead;
    await this.#ledger.begin(process);
    const server = await process.messaging.startInstance('scripted', {
      id: 'bot',
      name: 'Bot',
      onMessage,
      sender: { unknownOutcome: this.#policy, sendTimeoutMs: 5_000, maxAttempts: 3, maxBackoffMs: 4_000 },
      poller: { maxHandlingAttempts: 2 },
    });
    await this.world.clock.settle();
    this.#running = Object.assign(process, { server });
    return this.#running;
  }

  async step(step: (run: CrashRun, running: Running) => unknown): Promise<void> {
    await step(this, await this.process());
    await this.world.clock.settle();
    this.#ledger.checkCalls();
  }

  /** @param withdrawnAfterMs Undefined when it is wanted. */
  enqueue(running: Running, message: Omit<OutboundMessage, 'text'>, withdrawnAfterMs: number | undefined): void {
    this.#texts += 1;
    const text = `t${this.#texts}`;
    const entry = this.#ledger.ask({ ...message, text });
    const abort = new AbortController();
    running.server.enqueue({ ...message, text }, { signal: abort.signal }).then(
      () => {
        entry.isAccepted = true;
      },
      (error: unknown) => {
        if (!(error instanceof NotStoredError)) throw error;
        this.#ledger.refuse(text);
      },
    );
    entry.isWithdrawn = withdrawnAfterMs !== undefined;
    if (withdrawnAfterMs === 0) abort.abort();
    else if (withdrawnAfterMs !== undefined) this.world.clock.setTimeout(() => abort.abort(), withdrawnAfterMs);
  }

  /** As a defect would; not so often that the instance gives up. */
  breakSender({ server }: Running): void {
    this.#brokenSenders += 1;
    if (this.#brokenSenders < 5) killSender(server);
  }

  hang({ store }: Running): void {
    this.#isHanging = true;
    store.hang(isAttempt);
  }

  release({ store }: Running): void {
    this.#isHanging = false;
    store.release();
  }

  deliver(conversation: string): void {
    this.#inbound += 1;
    const id = `m${this.#inbound}`;
    this.#ledger.deliver(id);
    this.world.channel.deliver({ id, conversation, text: id });
  }

  /** Sends one of the dead letters once more that the peer certainly has not got. */
  async replay({ messaging }: Running, choice: number): Promise<void> {
    const letters = (await this.world.letters()).filter(
      ({ direction, reason }) => direction === 'outbound' && reason.delivered === 'no',
    );
    const letter = letters[choice % letters.length];
    if (!letter) return;
    this.#ledger.replay(letter.message.text);
    void messaging.deadLetters.replay('bot', letter.id).catch(() => undefined);
  }

  failHandler(times: number): void {
    this.#handlerFailures = times;
  }

  answer(answers: readonly Outcome[]): void {
    this.world.channel.append({ send: answers });
  }

  async stop(running: Running, deadlineMs: number): Promise<void> {
    const { messaging, store } = running;
    const stopped = messaging.stop({ deadlineMs });
    await this.world.clock.advance(deadlineMs);
    if (running.isDead) return;
    checkAccount((await stopped).get('bot'));
    this.#ledger.checkCalls();
    // What it could not write it may still be writing: for the ledger it was killed.
    const isClean = !this.#isHanging && !store.isBroken && store.failures === 0 && deadlineMs > 0;
    if (isClean) this.#ledger.endCleanly();
    running.kill();
  }

  /** Everything is well again, and stays so. */
  async heal(): Promise<void> {
    this.world.channel.clearScript();
    this.#handlerFailures = 0;
    this.isUnreadable = false;
    this.#running?.store.heal();
    const { kill, messaging } = await this.process();
    await this.world.clock.advance(quietMs);
    this.#ledger.checkCalls();
    const stopped = messaging.stop({ deadlineMs: 4_000 });
    await this.world.clock.advance(4_000);
    checkAccount((await stopped).get('bot'));
    kill();
    await this.#ledger.checkNothingLost();
    this.#ledger.checkOrder();
    await this.#ledger.checkLeft();
  }
}
