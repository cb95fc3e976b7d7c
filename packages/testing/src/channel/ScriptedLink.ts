import type {
  ChannelCapabilities,
  Clock,
  Failure,
  Json,
  JsonObject,
  Link,
  PollRequest,
  PollResult,
  QueuedMessage,
  Receipt,
  WebhookRequest,
  WebhookResponse,
} from 'holdfast';
import { linkFailure } from './classifyScripted.ts';
import type { InboundSource } from './InboundSource.ts';
import type { CallPlan } from './ScriptedCall.ts';
import type { Sky } from './Sky.ts';
import type { OperationScripts } from './scripts.ts';

/** What all links of a channel have in common. */
export interface LinkSurroundings {
  readonly clock: Clock;
  readonly capabilities: ChannelCapabilities;
  readonly scripts: OperationScripts;
  readonly source: InboundSource;
  readonly sky: Sky;
  readonly maxItemsPerPoll: number;
  onClosed(): void;
}

export interface CloseCall {
  /** When; milliseconds since 1970. */
  readonly atMs: number;
  readonly graceMs: number;
}

/**
 * One link, as the test sees it. `link` is what the instance under test got.
 *
 * Invariants:
 * L1. It is open until it is dropped, or until a `close` comes through; `closed` settles at that moment, once.
 * L2. When it ends, its polls that wait reject with the failure that ended it, and so does every call after that. Other
 *     calls that hang go on hanging, as they do over a dead network.
 */
export class ScriptedLink {
  /** Counted from 1, over the life of the channel. */
  readonly number: number;
  readonly openedAtMs: number;
  readonly link: Link;
  /** The calls of `close` on this link, those included that came when it had ended. */
  readonly closeCalls: CloseCall[] = [];
  readonly #around: LinkSurroundings;
  #ended: Failure | null = null;
  readonly #stopWatching: () => void;
  #settleClosed: (failure: Failure) => void = () => undefined;

  constructor(number: number, identity: JsonObject, around: LinkSurroundings) {
    this.number = number;
    this.openedAtMs = around.clock.now();
    this.#around = around;
    const closed = new Promise<Failure>((resolve) => {
      this.#settleClosed = resolve;
    });
    this.link = this.#build(identity, closed);
    this.#stopWatching = around.sky.watch((now) => {
      if (now.kind === 'down') this.drop(now.failure);
    });
  }

  get isOpen(): boolean {
    return this.#ended === null;
  }

  /** The link dies by itself, for this reason. Does nothing when it has ended already. */
  drop(failure: Failure = linkFailure('scripted.dropped', 'The scripted channel dropped the link.')): void {
    this.#end(failure);
  }

  #end(failure: Failure): void {
    if (this.#ended !== null) return;
    this.#ended = failure;
    this.#stopWatching();
    this.#settleClosed(failure); // L1
    this.#around.source.interrupt(failure, this.number); // L2
    this.#around.onClosed();
  }

  #build(identity: JsonObject, closed: Promise<Failure>): Link {
    const { inbound, ack } = this.#around.capabilities;
    const reads = inbound !== 'none';
    return {
      identity,
      closed,
      send: (message, { signal }) => this.#send(message, signal),
      probe: ({ signal }) => this.#probe(signal),
      close: ({ graceMs }) => this.#close(graceMs),
      ...(reads && { poll: (request: PollRequest) => this.#poll(request) }),
      ...(reads && ack && { commit: (cursor: Json) => this.#commit(cursor) }),
      ...(inbound === 'webhook' && { handleWebhook: (request: WebhookRequest) => this.#handleWebhook(request) }),
    };
  }

  #send(message: QueuedMessage, signal: AbortSignal): Promise<Receipt> {
    const { send } = this.#around.scripts;
    const externalMessageId = send.count + 1;
    return send.run(
      this.#entry({ message }),
      this.#plan(signal, (receipt) => receipt ?? { externalMessageId }),
    );
  }

  #probe(signal: AbortSignal): Promise<void> {
    return this.#around.scripts.probe.run(this.#entry({}), this.#plan(signal, nothing));
  }

  #poll({ cursor, waitMs, signal }: PollRequest): Promise<PollResult> {
    const { scripts, source, maxItemsPerPoll: maxItems } = this.#around;
    const read = () => source.read({ cursor, waitMs, signal, maxItems, reader: this.number });
    return scripts.poll.run(
      this.#entry({ cursor, waitMs }),
      this.#plan(signal, (result) => result ?? read()),
    );
  }

  #commit(cursor: Json): Promise<void> {
    const { scripts, source } = this.#around;
    return scripts.commit.run(
      this.#entry({ cursor }),
      this.#plan(undefined, () => source.commit(cursor)),
    );
  }

  #handleWebhook(request: WebhookRequest): Promise<WebhookResponse> {
    const { webhook } = this.#around.scripts;
    return webhook.run(
      this.#entry({ request }),
      this.#plan(undefined, (response) => response ?? { status: 200 }),
    );
  }

  /** Closing what has ended is idempotent, so it is no call to the peer and uses up no outcome. */
  #close(graceMs: number): Promise<void> {
    const { close } = this.#around.scripts;
    this.closeCalls.push({ graceMs, atMs: this.#around.clock.now() });
    if (!this.isOpen) return Promise.resolve();
    const end = () => this.#end(linkFailure('scripted.closed', 'The link was closed by whoever held it.'));
    return close.run({ details: { graceMs } }, this.#plan(undefined, end));
  }

  #entry<Details>(details: Details): { details: Details; refusal?: { reason: Failure } } {
    return this.#ended === null ? { details } : { details, refusal: { reason: this.#ended } }; // L2
  }

  #plan<Value, Result>(
    signal: AbortSignal | undefined,
    complete: (value: Value | undefined) => Result | Promise<Result>,
  ): CallPlan<Value, Result> {
    return { clock: this.#around.clock, linkNumber: this.number, signal, complete };
  }
}

const nothing = () => undefined;
