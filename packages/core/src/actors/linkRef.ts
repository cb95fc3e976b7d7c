import type {
  Cancelable,
  InboundItem,
  Link,
  PollResult,
  SendLimits,
  WebhookRequest,
  WebhookResponse,
} from '../ports/channel.ts';
import { Failure } from '../schema/failure.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { InboundMessage, type QueuedMessage, type Receipt } from '../schema/message.ts';
import { type AdapterOwner, callAdapter, garbageFailure, type Operation, type Outcome, silent } from './adapterCall.ts';
import { Cancellation } from './Cancellation.ts';

/** What a link needs of the channel that it belongs to. */
export interface LinkOwner extends AdapterOwner {
  /** Takes out any credential that an adapter let slip. */
  redact(failure: Failure): Failure;
  redactIdentity(identity: JsonObject): JsonObject;
}

/** Whoever holds a link. */
export interface LinkWatcher {
  onClosed(failure: Failure): void;
}

/** How long one call may take, and what ends it earlier. */
export interface CallLimits {
  readonly signal: Cancelable;
  readonly timeoutMs?: number | undefined;
}

/**
 * A live link as it travels in events: its epoch for all to see, the link itself out of reach of inspectors, snapshots
 * and logs. Every call through it has a deadline, is classified, and checks what the adapter answers.
 */
export class LinkRef {
  /** The number of the attempt that made this link; a report about another epoch is stale. */
  readonly epoch: number;
  readonly identity: JsonObject;
  readonly #link: Link;
  readonly #owner: LinkOwner;
  #watcher: LinkWatcher | undefined;
  #end: Failure | undefined;
  #closing: Promise<void> | undefined;

  constructor(link: Link, epoch: number, owner: LinkOwner) {
    this.#link = link;
    this.#owner = owner;
    this.epoch = epoch;
    this.identity = owner.redactIdentity(link.identity);
    link.closed.then(
      (failure) => this.#die(readClosed(failure, owner)),
      (error: unknown) => this.#die(owner.classify(error, 'connect')),
    );
  }

  get canPoll(): boolean {
    return typeof this.#link.poll === 'function';
  }

  poll(cursor: Json, waitMs: number, limits: CallLimits): Promise<Outcome<PollResult>> {
    return this.#call(polling, limits, (cancellation) =>
      this.#link.poll?.(withSignal({ cursor, waitMs, cancellation })),
    );
  }

  commit(cursor: Json, limits: CallLimits): Promise<Outcome<unknown>> {
    return this.#call(committing, limits, () => this.#link.commit?.(cursor));
  }

  send(message: QueuedMessage, limits: CallLimits): Promise<Outcome<Receipt>> {
    return this.#call(sending, limits, (cancellation) => this.#link.send(message, withSignal({ cancellation })));
  }

  probe(limits: CallLimits): Promise<Outcome<unknown>> {
    return this.#call(probing, limits, ({ signal }) => this.#link.probe({ signal }));
  }

  /** Undefined when this link takes no webhooks. */
  async handleWebhook(request: WebhookRequest, limits: CallLimits): Promise<Outcome<WebhookResponse> | undefined> {
    if (typeof this.#link.handleWebhook !== 'function') return undefined;
    return this.#call(answering, limits, () => this.#link.handleWebhook?.(request));
  }

  /** Closes the link. Idempotent; resolves at the latest when the grace is over, whatever the adapter does. */
  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  /** The one who is told when the link has died by itself; soon, when it has already. */
  watch(watcher: LinkWatcher): void {
    this.#watcher = watcher;
    const end = this.#end;
    if (end) queueMicrotask(() => watcher.onClosed(end));
  }

  toJSON(): JsonObject {
    return { epoch: this.epoch, identity: this.identity };
  }

  #die(failure: Failure): void {
    this.#end = failure;
    this.#watcher?.onClosed(failure);
  }

  async #close(graceMs: number): Promise<void> {
    await this.#call(closing, { signal: new Cancellation(), timeoutMs: graceMs }, () => this.#link.close({ graceMs }));
  }

  #call<T>(
    operation: Operation<T>,
    { signal, timeoutMs }: CallLimits,
    perform: (cancellation: Cancellation) => unknown,
  ): Promise<Outcome<T>> {
    return callAdapter(perform, { operation, owner: this.#owner, signal, timeoutMs });
  }
}

/**
 * A property of its own, that goes along where a channel hands its limits on as a copy. One for all calls: what a literal with a getter
 * costs is a twentieth of a whole message.
 */
const lazySignal: PropertyDescriptor & ThisType<{ readonly cancellation: Cancellation }> = {
  get() {
    return this.cancellation.signal;
  },
  enumerable: true,
};

function withSignal<Request extends { readonly cancellation: Cancellation }>(request: Request): Request & SendLimits {
  return Object.defineProperty(request, 'signal', lazySignal) as Request & SendLimits;
}

const committing = silent('commit');
const probing = silent('probe');
const closing = silent('connect');

/** What `closed` says. */
const announcing = { during: 'connect', expected: 'a Failure for `closed`' } as const;

/** A link at all. */
export const connecting: Operation<Link> = {
  during: 'connect',
  expected: 'a Link',
  isExpected: (value): value is Link =>
    isObject(value) &&
    isObject(value['identity']) &&
    value['closed'] instanceof Promise &&
    ['send', 'probe', 'close'].every((method) => typeof value[method] === 'function'),
};

const polling: Operation<PollResult> = {
  during: 'poll',
  expected: '{ items, cursor }',
  isExpected: (value): value is PollResult =>
    isObject(value) && 'cursor' in value && Array.isArray(value['items']) && value['items'].every(isInboundItem),
};

const sending: Operation<Receipt> = {
  during: 'send',
  expected: 'a receipt { externalMessageId }',
  isExpected: (value): value is Receipt => isObject(value) && isExternalId(value['externalMessageId']),
};

const answering: Operation<WebhookResponse> = {
  during: 'webhook',
  expected: 'a response { status }',
  isExpected: (value): value is WebhookResponse => isObject(value) && typeof value['status'] === 'number',
};

function readClosed(failure: unknown, owner: LinkOwner): Failure {
  try {
    const parsed = Failure.safeParse(failure);
    return parsed.success ? owner.redact(parsed.data) : garbageFailure(owner.kind, announcing);
  } catch (error) {
    return owner.classify(error, 'connect');
  }
}

function isInboundItem(value: unknown): value is InboundItem {
  return isObject(value) && 'cursor' in value && InboundMessage.safeParse(value['message']).success;
}

function isExternalId(id: unknown): boolean {
  return id === null || typeof id === 'string' || typeof id === 'number';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
