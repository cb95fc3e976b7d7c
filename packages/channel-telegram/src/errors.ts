import { HoldfastError } from 'holdfast';

/** Why a call of the Bot API came to nothing. Holds no token and no URL. */
export type CallFault =
  /** Telegram said no, in its own JSON. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly description: string;
      readonly retryAfterMs?: number | undefined;
      readonly migrateToChatId?: number | undefined;
    }
  /** An answer came that is none of the Bot API: HTML from something in between, a JSON of another shape. */
  | { readonly kind: 'garbled'; readonly status: number; readonly retryAfterMs?: number | undefined }
  /** The connection failed. `errno` is the system's name for it: `ECONNREFUSED`. */
  | { readonly kind: 'network'; readonly errno: string; readonly reached: Reached }
  | { readonly kind: 'timeout'; readonly timeoutMs: number; readonly reached: Reached }
  /** The link was closed while the call was running. */
  | { readonly kind: 'closed' };

/** Whether the request may have arrived: `no` only when there was no connection to send it on. */
export type Reached = 'no' | 'unknown';

/** A call of the Bot API failed. */
export class TelegramCallError extends HoldfastError {
  override readonly name = 'TelegramCallError';
  readonly code = 'TELEGRAM_CALL';
  /** The Bot API's method: `getUpdates`. */
  readonly method: string;
  readonly fault: CallFault;

  constructor(method: string, fault: CallFault) {
    super(`${method}: ${describe(fault)}.`);
    this.method = method;
    this.fault = fault;
  }
}

/** This message can never be sent as it is. Nothing was sent. */
export class TelegramMessageError extends HoldfastError {
  override readonly name = 'TelegramMessageError';
  readonly code = 'TELEGRAM_MESSAGE';
  /** Short and stable: `text_too_long`. */
  readonly problem: string;

  constructor(problem: string, explanation: string) {
    super(`${explanation} Nothing was sent.`);
    this.problem = problem;
  }
}

/** The bot, or its instance, is set up in a way that cannot work. */
export class TelegramConfigError extends HoldfastError {
  override readonly name = 'TelegramConfigError';
  readonly code = 'TELEGRAM_CONFIG';
  /** Short and stable: `webhook_set`. */
  readonly problem: string;

  constructor(problem: string, explanation: string) {
    super(explanation);
    this.problem = problem;
  }
}

/** The token has not the shape of one. Nothing was sent anywhere. */
export class TelegramCredentialsError extends HoldfastError {
  override readonly name = 'TelegramCredentialsError';
  readonly code = 'TELEGRAM_CREDENTIALS';

  constructor() {
    super('Expected credentials { token } with a bot token of the shape <digits>:<secret>. Update the credentials.');
  }
}

/** Somebody else has taken this bot's webhook. */
export class TelegramConflictError extends HoldfastError {
  override readonly name = 'TelegramConflictError';
  readonly code = 'TELEGRAM_CONFLICT';

  constructor() {
    super(
      'The webhook of this bot does not lead here any more: another program has set or deleted it. Stop one of the two.',
    );
  }
}

function describe(fault: CallFault): string {
  switch (fault.kind) {
    case 'refused':
      return `Telegram answered ${fault.status}, ${fault.description}`;
    case 'garbled':
      return `an answer with status ${fault.status} came that is none of the Bot API`;
    case 'network':
      return `the connection failed with ${fault.errno}`;
    case 'timeout':
      return `no answer within ${fault.timeoutMs} ms`;
    case 'closed':
      return 'the link was closed';
  }
}
