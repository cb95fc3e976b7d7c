import { InvalidInputError } from '../errors.ts';
import type { RestartClass } from '../schema/healthSnapshot.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { describeReceived, isJson } from './validateInput.ts';

/** A reason: any JSON, or an error, of which the name and the message are kept. */
export type Reason = Json | Error;

export function readReason(reason: Reason): Json {
  if (reason === null || typeof reason === 'string') return reason;
  if (reason instanceof Error) return ['exception', { name: reason.name, message: reason.message }];
  if (isJson(reason)) return reason;
  throw refused('reason', 'a JSON value or an Error', reason);
}

export function readMeta(meta: JsonObject): JsonObject {
  const isObject = typeof meta === 'object' && meta !== null && !Array.isArray(meta);
  if (isObject && isJson(meta)) return meta;
  throw refused('meta', 'a JSON object', meta);
}

export function readAttempt(attempt: number): number {
  if (Number.isSafeInteger(attempt) && attempt >= 0) return attempt;
  throw refused('attempt', 'a whole number from 0', attempt);
}

export function readRestartClass(restartClass: RestartClass): RestartClass {
  if (restartClass === 'recoverable' || restartClass === 'fatal') return restartClass;
  throw refused('class', '"recoverable" or "fatal"', restartClass);
}

export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw refused('signal', 'an AbortSignal', signal);
}

export function refused(path: string, expected: string, received: unknown): InvalidInputError {
  return new InvalidInputError('argument', [{ path, expected, received: describeReceived(received) }]);
}
