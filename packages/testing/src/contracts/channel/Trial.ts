import {
  type ChannelOperation,
  type ConnectAttempt,
  Failure,
  type InboundItem,
  type Json,
  type Link,
  type PollRequest,
  type PollResult,
  type QueuedMessage,
  type Receipt,
} from 'holdfast';
import { ContractBrokenError } from '../ContractBrokenError.ts';
import { check, rejectionOf, shown } from '../check.ts';
import { checkHidden } from '../exposure.ts';
import type { ChannelSubject } from './ChannelSubject.ts';
import { DrivenPeer } from './DrivenPeer.ts';

export interface TrialTimes {
  readonly deadlineMs: number;
  readonly graceMs: number;
}

type Attempt = ConnectAttempt<unknown, unknown>;
type Aborting = { readonly signal?: AbortSignal | undefined };

/** Beyond the grace of a close, for a machine that is busy. Milliseconds. */
const closingSlackMs = 1_000;

/** One fact being put to the test on one subject: every wait in it has a deadline, and says what did not happen. */
export class Trial {
  readonly subject: ChannelSubject;
  readonly peer: DrivenPeer;
  readonly graceMs: number;
  readonly #deadlineMs: number;
  readonly #links = new Set<Link>();

  constructor(subject: ChannelSubject, { deadlineMs, graceMs }: TrialTimes) {
    this.subject = subject;
    this.peer = new DrivenPeer(subject.peer);
    this.graceMs = graceMs;
    this.#deadlineMs = deadlineMs;
  }

  /** One call of `connect`, with the right credentials unless told otherwise. What it opens is closed at the end. */
  attempt(changes: Partial<Attempt> = {}): Promise<Link> {
    const { adapter, credentials, config } = this.subject;
    const { signal } = new AbortController();
    const whole = { instanceId: 'contract', credentials, config, cursor: null, signal, ...changes };
    const attempt = (async () => adapter.connect(whole))();
    return this.#watched(
      attempt.then((link) => {
        this.#links.add(link);
        return link;
      }),
    );
  }

  connect(changes: Partial<Attempt> = {}): Promise<Link> {
    return this.within(this.attempt(changes), 'connecting');
  }

  /** A link that lives beside the first one. */
  connectSecond(): Promise<Link> {
    return this.connect({ instanceId: 'contract-2', ...this.subject.second });
  }

  probe(link: Link, { signal = never() }: Aborting = {}): Promise<void> {
    return this.#watched((async () => link.probe({ signal }))());
  }

  send(link: Link, message: QueuedMessage, { signal = never() }: Aborting = {}): Promise<Receipt> {
    return this.#watched((async () => link.send(message, { signal }))());
  }

  poll(link: Link, request: Partial<PollRequest> = {}): Promise<PollResult> {
    const polled = async () => {
      check(typeof link.poll === 'function', 'link.poll: expected a function, since the channel says that it reads.');
      return link.poll({ cursor: null, waitMs: 1_000, signal: never(), ...request });
    };
    return this.#watched(polled());
  }

  async commit(link: Link, cursor: Json): Promise<void> {
    await this.within((async () => link.commit?.(cursor))(), 'a commit');
  }

  /** Closes, and has it end within its grace. */
  async close(link: Link, graceMs = this.graceMs): Promise<void> {
    const slackMs = Math.min(closingSlackMs, this.#deadlineMs);
    const closing = (async () => link.close({ graceMs }))();
    await this.within(closing, `close({ graceMs: ${graceMs} })`, graceMs + slackMs);
  }

  /** Reads until there are so many, and commits none. */
  async read(link: Link, count: number, cursor: Json = null): Promise<readonly InboundItem[]> {
    const items: InboundItem[] = [];
    let from = cursor;
    const reading = async () => {
      while (items.length < count) {
        const result = await this.poll(link, { cursor: from });
        items.push(...result.items);
        from = result.cursor;
      }
    };
    await this.within(reading(), `reading ${count} messages`, this.#deadlineMs * 2);
    return items;
  }

  message(text: string, changes: Partial<QueuedMessage> = {}): QueuedMessage {
    const { conversation } = this.subject;
    return { id: text, idempotencyKey: text, conversation, text, metadata: {}, ...changes };
  }

  /** What the promise comes to, if it comes in time. */
  async within<T>(promise: Promise<T>, what: string, limitMs = this.#deadlineMs): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new ContractBrokenError(`${what}: expected an end, and there was none after ${limitMs} ms.`)),
        limitMs,
      );
    });
    try {
      return await Promise.race([promise, late]);
    } catch (error) {
      if (error instanceof ContractBrokenError) throw error;
      throw new ContractBrokenError(`${what}: expected to work, and it rejected with ${this.#redacted(shown(error))}.`);
    } finally {
      clearTimeout(timer);
    }
  }

  #redacted(text: string): string {
    return this.subject.secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text);
  }

  /** Turns the event loop until it is so. */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const dueMs = performance.now() + this.#deadlineMs;
    while (!(await isSo())) {
      check(performance.now() < dueMs, `Waited ${this.#deadlineMs} ms in vain until ${what}.`);
      await nextTurn();
    }
  }

  /** What a promise rejects with, if it does so in time. */
  errorOf(promise: Promise<unknown>, what: string): Promise<unknown> {
    return this.within(rejectionOf(promise, what), what);
  }

  async failureOf(promise: Promise<unknown>, during: ChannelOperation): Promise<Failure> {
    return this.classify(await this.errorOf(promise, during), during);
  }

  /** What the adapter makes of an error: a Failure, or the contract is broken. */
  classify(error: unknown, during: ChannelOperation): Failure {
    const failure = classified(() => this.subject.adapter.classifyFailure(error, during), during);
    const parsed = Failure.safeParse(failure);
    check(parsed.success, `classifyFailure during ${during}: expected a Failure, received ${shown(failure)}.`);
    return failure;
  }

  /** Whether a call that heeds its signal ends with the very reason of it. */
  async checkAborts(call: (signal: AbortSignal) => Promise<unknown>, what: string): Promise<void> {
    const controller = new AbortController();
    const calling = call(controller.signal);
    await nextTurn();
    const reason = new Error('given up by the contract');
    controller.abort(reason);
    const error = await this.errorOf(calling, `${what} whose signal has aborted`);
    check(error === reason, `${what} whose signal has aborted: expected signal.reason, received ${shown(error)}.`);
  }

  async checkAbortedBefore(call: (signal: AbortSignal) => Promise<unknown>, what: string): Promise<void> {
    const reason = new Error('given up before');
    const error = await this.errorOf(call(AbortSignal.abort(reason)), `${what} whose signal had aborted before`);
    check(
      error === reason,
      `${what} whose signal had aborted before: expected signal.reason, received ${shown(error)}.`,
    );
  }

  checkHidden(value: unknown, what: string): void {
    checkHidden(value, this.subject.secrets, what);
  }

  /** Whether it has not settled, after all that was under way has had its turn. */
  async isPending(promise: Promise<unknown>): Promise<boolean> {
    let isPending = true;
    const settled = () => {
      isPending = false;
    };
    promise.then(settled, settled);
    await nextTurn();
    return isPending;
  }

  /** Closes what is open, and takes the peer away. */
  async end(): Promise<void> {
    const graceMs = 0;
    const closing = [...this.#links].map(async (link) => link.close({ graceMs }));
    await this.within(Promise.allSettled(closing), 'closing what was open').catch(() => undefined);
    await this.subject.dispose?.();
  }

  /** Nobody may come to wait for it, when the fact is broken before. */
  #watched<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined);
    return promise;
  }
}

function classified(classify: () => Failure, during: ChannelOperation): Failure {
  try {
    return classify();
  } catch (error) {
    throw new ContractBrokenError(
      `classifyFailure during ${during}: expected a Failure, and it threw ${shown(error)}.`,
    );
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}

/** Lets what is under way go on: sockets too, which take several turns of the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}
