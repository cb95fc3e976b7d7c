import type { Job } from '../policy/job.ts';
import { LatestMap } from '../policy/LatestMap.ts';
import type { Outbox } from '../policy/outbox.ts';
import { SendWindow } from '../policy/sendWindow.ts';
import { SparseSet } from '../policy/sparse.ts';
import type { ChannelAdapter, ChannelCapabilities, ChannelOperation } from '../ports/channel.ts';
import { type Clock, maxTimerMs } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { StoredInstance } from '../ports/store.ts';
import type { Failure } from '../schema/failure.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { InboundMessage } from '../schema/message.ts';
import type { ReconnectPolicy } from '../schema/reconnectPolicy.ts';
import type { PollerOptions, SenderOptions } from '../schema/workerOptions.ts';
import { abortedFailure, callAdapter, classifyWith, type Outcome } from './adapterCall.ts';
import type { Cancellation } from './Cancellation.ts';
import type { Fleet } from './Fleet.ts';
import { type Journal, storeFailure } from './Journal.ts';
import { connecting, LinkRef } from './linkRef.ts';
import { redactFailure, redactObject } from './redaction.ts';

/** Whoever empties the outbox. */
export interface OutboxWorker {
  wake(): void;
  claim(job: Job): Claim | undefined;
}

/** A job that goes when it is written down. One of the two is to be called. */
export interface Claim {
  /** Whether whoever claimed it is still there, and has it; otherwise the store says what is no longer so: that it goes. */
  stored(): boolean;
  refused(): void;
}

export interface HandlingAttempt {
  /** From 1. */
  readonly attempt: number;
  /** Aborts when the handling is given up. */
  readonly signal: AbortSignal;
}

/** Whose hold on a channel it is. */
export interface BindingOwner {
  readonly instanceId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly outbox: Outbox;
  readonly journal: Journal;
  /** Whether there is anything for a success to clear. */
  readonly hasFailures: boolean;
  /** Called with each inbound message. It is called again when it rejects, and the cursor moves only after it resolved. */
  onMessage(message: InboundMessage, attempt: HandlingAttempt): Promise<void>;
  /** Called once with what the process before has left, before the first link is made. */
  onRestored(stored: StoredInstance): void;
}

export interface ChannelBindingOptions {
  readonly adapter: ChannelAdapter;
  readonly credentials: unknown;
  readonly config: unknown;
  readonly fleet: Fleet;
  readonly reconnect: ReconnectPolicy;
  readonly sender: SenderOptions;
  readonly poller: PollerOptions;
}

const none: readonly unknown[] = [];

/** Credentials of before that are still looked for in failures. */
const rememberedCredentials = 4;

/**
 * An instance's hold on its channel: the adapter, and the credentials, which are here and nowhere else. Charts carry it
 * as an opaque handle: it shows its kind and nothing more to inspectors, snapshots and logs.
 */
export class ChannelBinding {
  readonly fleet: Fleet;
  readonly reconnect: ReconnectPolicy;
  readonly sender: SenderOptions;
  readonly poller: PollerOptions;
  readonly #owner: BindingOwner;
  readonly #adapter: ChannelAdapter;
  readonly #config: unknown;
  #open: LinkRef | undefined;
  readonly #closing = new SparseSet<Promise<void>>();
  /** The last inbound messages that were handled or given up, by id. */
  readonly #handled: LatestMap<true>;
  /** Those of them that came after the last commit, or that the store would not take yet. */
  #unwritten: string[] = [];
  #isRestored = false;
  #worker: OutboxWorker | undefined;
  #readingPausedUntilMs = 0;
  readonly #sendWindow: SendWindow | undefined;
  #credentials: unknown;
  /** A late answer of an old link may still quote these. */
  #retired: readonly unknown[] = none;
  #cursor: Json = null;

  constructor(owner: BindingOwner, options: ChannelBindingOptions) {
    this.fleet = options.fleet;
    this.reconnect = options.reconnect;
    this.sender = options.sender;
    this.poller = options.poller;
    this.#owner = owner;
    this.#adapter = options.adapter;
    this.#config = options.config;
    this.#credentials = options.credentials;
    this.#handled = new LatestMap(options.poller.handledCacheSize);
    const { sendRate } = this.capabilities;
    this.#sendWindow = sendRate && new SendWindow(sendRate);
  }

  get kind(): string {
    return this.#adapter.kind;
  }

  get capabilities(): ChannelCapabilities {
    return this.#adapter.capabilities;
  }

  get clock(): Clock {
    return this.#owner.clock;
  }

  get random(): Random {
    return this.#owner.random;
  }

  get journal(): Journal {
    return this.#owner.journal;
  }

  /** What the peer allows to be sent, over all links; undefined where it says nothing. */
  get sendWindow(): SendWindow | undefined {
    return this.#sendWindow;
  }

  get outbox(): Outbox {
    return this.#owner.outbox;
  }

  /** Whether there is anything for a success to clear; without it nobody need be told of one. */
  get hasFailures(): boolean {
    return this.#owner.hasFailures;
  }

  /** `worker` is told of what is new in the outbox. The last one counts: an instance has one Sender. */
  onWork(worker: OutboxWorker): void {
    this.#worker = worker;
  }

  offWork(worker: OutboxWorker): void {
    if (this.#worker === worker) this.#worker = undefined;
  }

  /** There is something new in the outbox. Without a Sender nobody is told: the next one looks for itself. */
  wake(): void {
    this.#worker?.wake();
  }

  /** Asks for a job that is about to be written down to be sent as soon as it is. Undefined where it has to wait for its turn. */
  claim(job: Job): Claim | undefined {
    return this.#worker?.claim(job);
  }

  /** Where reading goes on: the last committed cursor. */
  get cursor(): Json {
    return this.#cursor;
  }

  /** How long reading has to wait because the peer asked the whole instance to. Milliseconds. */
  get readingPausedMs(): number {
    return Math.max(0, this.#readingPausedUntilMs - this.clock.now());
  }

  pauseReading(untilMs: number): void {
    this.#readingPausedUntilMs = Math.max(this.#readingPausedUntilMs, untilMs);
  }

  /** Writes down what has been handled, so that the next link goes on from there. Whether it could. */
  async committed(cursor: Json): Promise<boolean> {
    const messageIds = this.#unwritten;
    this.#unwritten = [];
    try {
      await this.journal.handled(messageIds, cursor);
    } catch {
      this.#unwritten = [...messageIds, ...this.#unwritten];
      return false;
    }
    this.#cursor = cursor;
    return true;
  }

  /** Whether this message is among the last that were handled or given up. */
  hasHandled(messageId: string): boolean {
    return this.#handled.has(messageId);
  }

  handled(messageId: string): void {
    this.#unwritten.push(messageId);
    this.#handled.set(messageId, true);
  }

  replaceCredentials(credentials: unknown): void {
    this.#retired = [this.#credentials, ...this.#retired].slice(0, rememberedCredentials);
    this.#credentials = credentials;
  }

  handle(message: InboundMessage, attempt: HandlingAttempt): Promise<void> {
    return this.#owner.onMessage(message, attempt);
  }

  /**
   * One attempt. A link that arrives after `signal` aborted is closed, and nobody sees it; so is any link that is still
   * open from before, for an instance has one at most.
   */
  async connect(epoch: number, signal: AbortSignal): Promise<Outcome<LinkRef>> {
    this.releaseAll();
    const failure = await this.restore();
    if (failure) return { ok: false, failure };
    const credentials = this.#credentials;
    const connect = (cancellation: Cancellation): unknown =>
      this.#adapter.connect({
        instanceId: this.#owner.instanceId,
        credentials,
        config: this.#config,
        cursor: this.#cursor,
        signal: cancellation.signal,
      });
    const outcome = await callAdapter(connect, {
      operation: connecting,
      owner: this,
      signal,
      onLate: (late) => this.release(new LinkRef(late, epoch, this)),
    });
    if (!outcome.ok) return outcome;
    const link = new LinkRef(outcome.value, epoch, this);
    if (signal.aborted) {
      // Given up between the answer and now: the next attempt may have begun.
      this.release(link);
      return { ok: false, failure: abortedFailure('connect') };
    }
    this.#open = link;
    return { ok: true, value: link };
  }

  /** Takes a turn to reconnect if there is one: 0. Otherwise it says about how long the wait will be. Milliseconds. */
  takeTurn(): number {
    const notYetMs = this.#notYetMs();
    return notYetMs > 0 ? notYetMs : this.fleet.turns.take(this.kind);
  }

  /** Waits out the channel's "not now", then for the fleet's turn, and calls back. What this returns gives the place up. */
  awaitTurn(onTurn: () => void): () => void {
    const { clock, fleet, kind } = this;
    const notYetMs = this.#notYetMs();
    if (notYetMs <= 0) return fleet.turns.wait(kind, onTurn);
    let leave = (): void => clock.clearTimeout(timer);
    const timer = clock.setTimeout(
      () => {
        leave = fleet.turns.wait(kind, onTurn);
      },
      Math.min(notYetMs, maxTimerMs),
    );
    return () => leave();
  }

  /** Closes a link within the grace. `released` waits for it. */
  release(link: LinkRef): void {
    if (this.#open === link) this.#open = undefined;
    const closing = link.close(this.reconnect.closeGraceMs);
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }

  releaseAll(): void {
    if (this.#open) this.release(this.#open);
  }

  /** Resolves when every link that was released is closed. */
  async released(): Promise<void> {
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }

  /** What an error of the adapter means, with any credential taken out of it that an adapter let slip. */
  classify(error: unknown, during: ChannelOperation): Failure {
    return this.redact(classifyWith(this.#adapter, error, during));
  }

  redact(failure: Failure): Failure {
    return redactFailure(failure, [this.#credentials, this.#retired]);
  }

  redactIdentity(identity: JsonObject): JsonObject {
    return redactObject(identity, [this.#credentials, this.#retired]);
  }

  /** Takes over what the process before has left, once, before the first link. A failure when it could not be read. */
  async restore(): Promise<Failure | undefined> {
    try {
      const stored = await this.journal.load();
      if (this.#isRestored || !stored) return undefined;
      this.#isRestored = true;
      this.#cursor = stored.cursor;
      for (const messageId of stored.handled) this.#handled.set(messageId, true);
      this.#owner.onRestored(stored);
      return undefined;
    } catch (error) {
      return this.redact(storeFailure(error));
    }
  }

  /** How long the channel says that it must not be connected. A hook that throws or answers with garbage says nothing. */
  #notYetMs(): number {
    try {
      const notBeforeMs = this.#adapter.reconnectNotBefore?.(this.#owner.instanceId);
      return typeof notBeforeMs === 'number' && Number.isFinite(notBeforeMs) ? notBeforeMs - this.clock.now() : 0;
    } catch {
      return 0;
    }
  }

  toJSON(): JsonObject {
    return { kind: this.kind };
  }
}
