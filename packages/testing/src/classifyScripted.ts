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

function isFailure(value: unknown): value is Failure {
  return Failure.safeParse(value).success;
}

function asReason(error: unknown): Json {
  if (error instanceof Error) return error.message;
  return isJson(error) ? error : describe(error);
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
