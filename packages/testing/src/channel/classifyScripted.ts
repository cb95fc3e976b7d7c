import { type ChannelOperation, Failure, type Json } from 'holdfast';

/** What a test's channel makes of an error; `undefined`: what it would make of it without this function. */
export type Classify = (error: unknown, during: ChannelOperation) => Failure | undefined;

/**
 * A Failure is taken as it is, then `classify` is asked; anything else is recoverable, of the link, and shows what it
 * was rejected with.
 */
export function classifyScripted(error: unknown, during: ChannelOperation, classify?: Classify): Failure {
  if (isFailure(error)) return error;
  const classified = classify?.(error, during);
  if (classified !== undefined) return classified;
  const reason = asReason(error);
  const message = typeof reason === 'string' ? reason : JSON.stringify(reason);
  return {
    severity: 'recoverable',
    scope: 'link',
    code: 'scripted.error',
    message: `The scripted channel failed during ${during}: ${message}`,
    reason,
  };
}

/** A failure of the link itself, made by the channel. */
export function linkFailure(code: string, message: string): Failure {
  return { severity: 'recoverable', scope: 'link', code, message, resumable: true };
}

/** Reading the value may throw. */
function isFailure(value: unknown): value is Failure {
  try {
    return Failure.safeParse(value).success;
  } catch {
    return false;
  }
}

function asReason(error: unknown): Json {
  if (isError(error)) return describe(messageOf(error));
  return isJson(error) ? error : describe(error);
}

/** A Proxy may throw when it is asked for its prototype. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

function messageOf(error: Error): unknown {
  try {
    return error.message;
  } catch {
    return 'an Error that cannot be read';
  }
}

/** Asks the schema for the one field that may be any JSON. A cyclic object makes it overflow the stack. */
function isJson(value: unknown): value is Json {
  if (value === undefined) return false;
  try {
    return Failure.shape.reason.safeParse(value).success;
  } catch {
    return false;
  }
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `an unprintable ${typeof value}`;
  }
}
