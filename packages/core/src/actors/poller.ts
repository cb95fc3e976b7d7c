import { fromWorker, Worker } from '@holdfast/compile';
import { Batch } from '../policy/batch.ts';
import { SparseSet } from '../policy/sparse.ts';
import type { Cancelable, InboundItem, PollResult } from '../ports/channel.ts';
import { type Clock, maxTimerMs } from '../ports/clock.ts';
import type { Failure } from '../schema/failure.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { TelemetryEventName } from '../schema/telemetryEvent.ts';
import type { Outcome } from './adapterCall.ts';
import { Cancellation } from './Cancellation.ts';
import type { ChannelBinding } from './channelBinding.ts';
import { notHandled } from './Journal.ts';
import type { LinkRef } from './linkRef.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * Reads one link, hands every message to the app, and moves the cursor on.
 *
 * P1. A cursor is committed after its message was handled or given up, never before: what was read is seen at least once.
 * P2. Messages of one conversation are handled one at a time, in the peer's order; of different ones up to `maxHandling` at
 *     once. No more is read before all that was read is settled: a slow handler slows the reading.
 * P3. A handler that throws, rejects or hangs is called again, then the message is given up; the link never notices.
 * P4. A failed read ends the Poller with one report: what becomes of the link is the connection's decision.
 * P5. A channel that always answers at once, with something or with nothing, does not keep the process from its other work.
 * P6. A message that was handled and comes again, because the peer did not learn of it, is not handed over again.
 */
export const pollerLogic = fromWorker<PollerInput, PollerEvent>((input) => new Poller(input));

export interface PollerInput {
  readonly channel: ChannelBinding;
  readonly link: LinkRef;
  readonly telemetry: Telemetry;
}

/** `drain`: finish the message in hand, read no more. `shutdown`: the instance is broken, do nothing any more. */
export interface PollerEvent {
  readonly type: 'drain' | 'shutdown';
}

/** What the Poller tells the chart. */
export type PollerReport =
  | { readonly type: 'poller.failed'; readonly failure: Failure; readonly epoch: number }
  | { readonly type: 'poller.drained' };

/** A read that finds nothing and takes less than this did not wait, so we do. Milliseconds. */
const hastyReadMs = 100;
/** How long reading rests when the store cannot be written. Milliseconds. */
const storeRetryMs = 1_000;
/** What the commits before the first come to. */
const noFailure: Promise<Failure | undefined> = Promise.resolve(undefined);
/** Reads after which timers and sockets get their turn. */
const readsInARow = 32;

class Poller extends Worker<PollerInput, PollerEvent, PollerReport> {
  readonly #channel: ChannelBinding;
  readonly #link: LinkRef;
  readonly #telemetry: Telemetry;
  /** Aborts when no more is to be read. */
  readonly #reading = new Cancellation();
  #work: Cancellation | undefined;
  readonly #handling = new SparseSet<AbortController>();
  #reads = 0;
  #askedAtMs = 0;
  #committing = noFailure;

  constructor(input: PollerInput) {
    super(input);
    const { channel, link, telemetry } = input;
    this.#channel = channel;
    this.#link = link;
    this.#telemetry = telemetry;
  }

  begin(): void {
    void this.#readOn();
  }

  /** Aborts when nothing is to be done any more. Most of the time there is nothing that could be. */
  get #working(): Cancellation {
    this.#work ??= new Cancellation();
    return this.#work;
  }

  receive({ type }: PollerEvent): void {
    if (type === 'drain') this.#reading.abort();
    else this.stop();
  }

  stop(): void {
    this.#working.abort();
    this.#reading.abort();
    for (const handling of this.#handling) handling.abort();
  }

  /** Reads until it is drained or stopped, or a read fails: until then this is called again after each read. */
  async #readOn(): Promise<void> {
    const signal = this.#reading;
    const channel = this.#channel;
    while (!signal.aborted && channel.readingPausedMs > 0) await pause(channel.clock, channel.readingPausedMs, signal);
    if (signal.aborted) this.report({ type: 'poller.drained' });
    else this.#read();
  }

  /** No `await`: most instances have a read open at all times, and what that keeps takes three times as much as this. */
  #read(): void {
    const { clock, cursor, poller } = this.#channel;
    const limits = { signal: this.#reading, timeoutMs: poller.waitMs + poller.graceMs };
    this.#askedAtMs = clock.now();
    void this.#link.poll(cursor, poller.waitMs, limits).then((read) => this.#take(read));
  }

  async #take(read: Outcome<PollResult>): Promise<void> {
    const { clock, poller } = this.#channel;
    const signal = this.#reading;
    this.#reads += 1;
    if (read.ok && !signal.aborted) {
      const failure = await this.#handleAll(read.value.items, read.value.cursor);
      if (failure) return this.#fail(failure);
      const isIdle = read.value.items.length === 0 && clock.now() - this.#askedAtMs < hastyReadMs;
      if (isIdle || this.#reads % readsInARow === 0) await pause(clock, isIdle ? hastyReadMs : 0, signal); // P5
    } else if (!read.ok && !signal.aborted) {
      if (read.failure.scope !== 'rate') return this.#fail(read.failure); // P4
      const untilMs = clock.now() + (read.failure.retryAfterMs ?? poller.graceMs);
      this.#channel.pauseReading(untilMs);
      if (read.failure.pauses === 'instance') this.#channel.outbox.pause(untilMs);
    }
    return this.#readOn();
  }

  #fail(failure: Failure): void {
    this.report({ type: 'poller.failed', failure, epoch: this.#link.epoch });
  }

  async #handleAll(items: readonly InboundItem[], cursor: Json): Promise<Failure | undefined> {
    if (items.length === 0) return cursor === this.#channel.cursor ? undefined : this.#commit(cursor);
    const batch = new Batch(items);
    const signal = this.#reading;
    let failure: Failure | undefined;
    const work = async (): Promise<void> => {
      // What is left when it is drained or stopped comes again.
      for (let item = batch.take(); item && !failure && !signal.aborted; item = batch.take()) {
        const isSettled = await this.#handle(item);
        if (!isSettled) return;
        batch.settle(item);
        failure ??= await this.#commitSettled(batch);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#channel.poller.maxHandling, items.length) }, work)); // P2
    return failure;
  }

  /** P1. One commit at a time, so that the peer never hears of an older one after a newer. */
  #commitSettled(batch: Batch): Promise<Failure | undefined> {
    this.#committing = this.#committing.then(async (failure) => {
      const cursor = failure ? undefined : batch.advance();
      return cursor === undefined ? failure : this.#commit(cursor);
    });
    return this.#committing;
  }

  async #commit(cursor: Json): Promise<Failure | undefined> {
    const signal = this.#working;
    // Reading rests while the store cannot take down how far it got: the link is not to blame.
    while (!(await this.#channel.committed(cursor))) {
      await pause(this.#channel.clock, storeRetryMs, signal);
      if (signal.aborted) return undefined;
    }
    const outcome = await this.#link.commit(cursor, { signal, timeoutMs: this.#channel.poller.graceMs });
    return outcome.ok || signal.aborted ? undefined : outcome.failure;
  }

  /** P3. Whether the message was handled or given up; not, when the work was stopped before. */
  async #handle({ message }: InboundItem): Promise<boolean> {
    const { clock, poller } = this.#channel;
    const signal = this.#working;
    const publish = (name: TelemetryEventName, metadata: JsonObject = {}): void =>
      this.#telemetry.publishAt(clock.now(), name, { messageId: message.id, ...metadata });
    if (this.#channel.hasHandled(message.id)) {
      publish('inbound.skipped_duplicate'); // P6
      return true;
    }
    publish('inbound.received');
    for (let attempt = 1; ; attempt += 1) {
      const error = await this.#tryHandler(message, attempt);
      if (signal.aborted) return false;
      if (error === undefined) {
        this.#channel.handled(message.id);
        publish('inbound.handled', { attempt });
        return true;
      }
      if (attempt >= poller.maxHandlingAttempts) {
        if (!(await this.#isDeadLetter(message, attempt, error))) return false;
        this.#channel.handled(message.id);
        publish('inbound.gave_up', { attempts: attempt, error });
        return true;
      }
      const nextInMs = Math.min(poller.handlingBackoffMs * 2 ** (attempt - 1), maxTimerMs);
      publish('inbound.retry_scheduled', { attempt, nextInMs, error });
      await pause(clock, nextInMs, signal);
      if (signal.aborted) return false;
    }
  }

  /** Whether it is among the dead letters, or there are none; not, when the work was stopped before. */
  async #isDeadLetter(message: InboundItem['message'], attempts: number, error: string): Promise<boolean> {
    const { clock, journal } = this.#channel;
    const reason = notHandled(error, attempts);
    const isWritten = (): Promise<boolean> =>
      journal.inboundGaveUp(message, reason, attempts).then(
        () => true,
        () => false,
      );
    // Its conversation rests, as in `#commit`: the handler has said what it has to say.
    while (!(await isWritten())) {
      await pause(clock, storeRetryMs, this.#working);
      if (this.#working.aborted) return false;
    }
    return true;
  }

  /** The name of what went wrong, or undefined. Not its message: that is the app's, and may hold anything. */
  async #tryHandler(message: InboundItem['message'], attempt: number): Promise<string | undefined> {
    const { clock, poller } = this.#channel;
    const handling = new AbortController();
    this.#handling.add(handling);
    const deadline = pause(clock, poller.handlingTimeoutMs, handling.signal).then(() => 'HandlingTimeout');
    const handled = this.#channel.handle(message, { attempt, signal: handling.signal }).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.name : typeof error),
    );
    const result = await Promise.race([handled, deadline]);
    this.#handling.delete(handling);
    handling.abort();
    return result;
  }
}

/** Resolves after `delayMs`, or as soon as `signal` aborts. */
function pause(clock: Clock, delayMs: number, signal: Cancelable): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = clock.setTimeout(finish, Math.min(delayMs, maxTimerMs));
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
  });
}
