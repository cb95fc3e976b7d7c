import type {
  ConnectAttempt,
  Json,
  JsonObject,
  PollResult,
  QueuedMessage,
  Receipt,
  WebhookRequest,
  WebhookResponse,
} from 'holdfast';
import type { Outcome } from './outcome.ts';

/** What can be scripted: for each call, the value that `outcome.ok` may carry, and what is recorded of the call. */
export interface Operations {
  /** The value is the identity of the new link. */
  readonly connect: Shape<JsonObject, { readonly attempt: ConnectAttempt<unknown, unknown> }>;
  readonly probe: Shape<undefined, object>;
  /** Without a value: a receipt with a number that counts the sends. */
  readonly send: Shape<Receipt, { readonly message: QueuedMessage }>;
  /** Without a value: what has been delivered, waiting for it as a long poll does. */
  readonly poll: Shape<PollResult, { readonly cursor: Json; readonly waitMs: number }>;
  readonly commit: Shape<undefined, { readonly cursor: Json }>;
  readonly close: Shape<undefined, { readonly graceMs: number }>;
  /** Without a value: status 200. */
  readonly webhook: Shape<WebhookResponse, { readonly request: WebhookRequest }>;
}

interface Shape<Value, Details> {
  readonly value: Value;
  readonly details: Details;
}

export type Operation = keyof Operations;

/** The value that `outcome.ok` may carry for this operation. */
export type ValueOf<Op extends Operation> = Operations[Op]['value'];

export type DetailsOf<Op extends Operation> = Operations[Op]['details'];

/** What the test knows of one call to the channel. */
export interface Call<Value = unknown> {
  /** When it was made; milliseconds since 1970, by the channel's clock. */
  readonly atMs: number;
  /** The link that it was made on, counted from 1; null for `connect`. */
  readonly linkNumber: number | null;
  /** What the script said. Null: the call got nowhere, since its link was closed or its signal had aborted before. */
  readonly outcome: Outcome<Value> | null;
  readonly state: 'pending' | 'fulfilled' | 'rejected';
  /**
   * Settles a call that hangs or is delayed, now, whatever its signal says.
   * @throws InvalidInputError when it has settled already.
   */
  answer(outcome: Outcome<Value>): void;
}

/** One recorded call: `channel.sends[0].message`. */
export type CallTo<Op extends Operation> = Call<ValueOf<Op>> & DetailsOf<Op>;
