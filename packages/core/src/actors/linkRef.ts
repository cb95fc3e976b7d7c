import type {
  ChannelOperation,
  InboundItem,
  Link,
  PollResult,
  WebhookRequest,
  WebhookResponse,
} from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';
import { Failure } from '../schema/failure.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { InboundMessage, type QueuedMessage, type Receipt } from '../schema/message.ts';
import { type AdapterCall, callAdapter, garbageFailure, type Outcome } from './adapterCall.ts';
import { type Cancelable, Cancellation } from './Cancellation.ts';

/** What a link needs of the channel that it belongs to. */
export interface LinkOwner {
  readonly kind: string;
  readonly clock: Clock;
  classify(error: unknown, during: ChannelOperation): Failure;
  /** Takes out any credential that an adapter let slip. */
  redact(failure: Failure): Failure;
  redactIdentity(identity: JsonObject): JsonObject;
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
  /** Resolves with the reason when the link has died by itself. Never rejects. */
  readonly closed: Promise<Failure>;
  readonly #link: Link;
  readonly #owner: LinkOwner;
  #closing: Promise<void> | undefined;

  constructor(link: Link, epoch: number, owner: LinkOwner) {
    this.#link = link;
    this.#owner = owner;
    this.epoch = epoch;
    this.identity = owner.redactIdentity(link.identity);
    this.closed = watchClosed(link, owner);
  }

  get canPoll(): boolean {
    return typeof this.#link.poll === 'function';
  }

  async poll(cursor: Json, waitMs: number, limits: CallLimits): Promise<Outcome<PollResult>> {
    const call = async (signal: AbortSignal) => this.#link.poll?.({ cursor, waitMs, signal });
    const outcome = await callAdapter<unknown>(call, this.#limit('poll', limits));
    if (!outcome.ok) return outcome;
    if (isPollResult(outcome.value)) return { ok: true, value: outcome.value };
    return { ok: false, failure: garbageFailure(this.#owner.kind, 'poll', '{ items, cursor }') };
  }

  commit(cursor: Json, limits: CallLimits): Promise<Outcome<void>> {
    return callAdapter(async () => this.#link.commit?.(cursor), this.#limit('commit', limits));
  }

  async send(message: QueuedMessage, limits: CallLimits): Promise<Outcome<Receipt>> {
    const call = async (signal: AbortSignal) => this.#link.send(message, { signal });
    const outcome = await callAdapter<unknown>(call, this.#limit('send', limits));
    if (!outcome.ok) return outcome;
    if (isReceipt(outcome.value)) return { ok: true, value: outcome.value };
    return { ok: false, failure: garbageFailure(this.#owner.kind, 'send', 'a receipt { externalMessageId }') };
  }

  probe(limits: CallLimits): Promise<Outcome<void>> {
    return callAdapter(async (signal) => this.#link.probe({ signal }), this.#limit('probe', limits));
  }

  /** Undefined when this link takes no webhooks. */
  async handleWebhook(request: WebhookRequest, limits: CallLimits): Promise<Outcome<WebhookResponse> | undefined> {
    if (typeof this.#link.handleWebhook !== 'function') return undefined;
    const call = async () => this.#link.handleWebhook?.(request);
    const outcome = await callAdapter<unknown>(call, this.#limit('webhook', limits));
    if (!outcome.ok) return outcome;
    if (isWebhookResponse(outcome.value)) return { ok: true, value: outcome.value };
    return { ok: false, failure: garbageFailure(this.#owner.kind, 'webhook', 'a response { status }') };
  }

  /** Closes the link. Idempotent; resolves at the latest when the grace is over, whatever the adapter does. */
  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  toJSON(): JsonObject {
    return { epoch: this.epoch, identity: this.identity };
  }

  async #close(graceMs: number): Promise<void> {
    const limits = { signal: new Cancellation(), timeoutMs: graceMs };
    await callAdapter(async () => this.#link.close({ graceMs }), this.#limit('connect', limits));
  }

  #limit<T>(during: ChannelOperation, { signal, timeoutMs }: CallLimits): AdapterCall<T> {
    const { clock } = this.#owner;
    return {
      during,
      signal,
      classify: (error) => this.#owner.classify(error, during),
      deadline: timeoutMs === undefined ? undefined : { clock, timeoutMs },
    };
  }
}

/** Whether an adapter's answer to `connect` is a link at all. */
export function isLink(value: unknown): value is Link {
  return (
    isObject(value) &&
    isObject(value['identity']) &&
    value['closed'] instanceof Promise &&
    ['send', 'probe', 'close'].every((method) => typeof value[method] === 'function')
  );
}

async function watchClosed(link: Link, owner: LinkOwner): Promise<Failure> {
  try {
    const parsed = Failure.safeParse(await link.closed);
    return parsed.success ? owner.redact(parsed.data) : garbageFailure(owner.kind, 'connect', 'a Failure for `closed`');
  } catch (error) {
    return owner.classify(error, 'connect');
  }
}

function isPollResult(value: unknown): value is PollResult {
  return isObject(value) && 'cursor' in value && Array.isArray(value['items']) && value['items'].every(isInboundItem);
}

function isInboundItem(value: unknown): value is InboundItem {
  return isObject(value) && 'cursor' in value && InboundMessage.safeParse(value['message']).success;
}

function isReceipt(value: unknown): value is Receipt {
  if (!isObject(value)) return false;
  const id = value['externalMessageId'];
  return id === null || typeof id === 'string' || typeof id === 'number';
}

function isWebhookResponse(value: unknown): value is WebhookResponse {
  return isObject(value) && typeof value['status'] === 'number';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
