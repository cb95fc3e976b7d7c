import type { Json } from 'holdfast';
import { isList, isObject } from '../format/reader.ts';

/** One row of the original's table of failure classes. */
export interface ClassifiedReason {
  readonly reason: Json;
  readonly class: string;
}

/**
 * What the original calls fatal because it knows it, or what is fatal for us too though the original only does not know
 * it: refused credentials.
 */
const knownFatalTerms: ReadonlySet<Json> = new Set([
  'invalid_request',
  'invalid_return',
  'unauthorized',
  'unsupported_operation',
]);

/** The forms that the original names as something else than fatal; a row that says otherwise is wrong. */
const namedTerms: ReadonlySet<Json> = new Set([
  'closed',
  'econnrefused',
  'network_error',
  'nxdomain',
  'timeout',
  'unsupported',
]);
const namedPairs: ReadonlySet<Json> = new Set([
  'exception',
  'media_policy_denied',
  'network_error',
  'rate_limited',
  'task_exit',
  'timeout',
  'unsupported',
  'unsupported_method',
]);

const classes: ReadonlySet<unknown> = new Set(['recoverable', 'degraded', 'fatal']);

const resetTerms: ReadonlySet<Json> = new Set(['econnaborted', 'econnreset', 'epipe', 'etimedout']);

const httpTerms: ReadonlySet<Json> = new Set(['http_error', 'http_status']);

const retryLaterStatuses: ReadonlySet<Json> = new Set([408, 429]);

export function retryLaterIsRecoverable(row: ClassifiedReason): ClassifiedReason | undefined {
  if (row.class !== 'fatal') return undefined;
  const [term, detail] = termOf(row.reason);
  const asksForRetry = httpTerms.has(term) && retryLaterStatuses.has(detail);
  return asksForRetry || resetTerms.has(term) ? { ...row, class: 'recoverable' } : undefined;
}

export function unknownIsRecoverable(row: ClassifiedReason): ClassifiedReason | undefined {
  const isUnknown = row.class === 'fatal' && !isKnownFatal(row.reason) && !isNamedOtherwise(row.reason);
  return isUnknown ? { ...row, class: 'recoverable' } : undefined;
}

function isNamedOtherwise(reason: Json): boolean {
  const inner = innermost(reason);
  if (isObject(inner)) return classes.has(inner['class']);
  if (!isList(inner)) return namedTerms.has(inner);
  const [term = null, detail = null] = inner;
  const isServerError = httpTerms.has(term) && typeof detail === 'number' && detail >= 500 && detail < 600;
  return inner.length === 2 && (namedPairs.has(term) || isServerError);
}

function isKnownFatal(reason: Json): boolean {
  const inner = innermost(reason);
  if (isObject(inner)) return inner['class'] === 'fatal';
  const [term, detail] = termOf(inner);
  const isClientError = typeof detail === 'number' && detail >= 400 && detail < 500;
  return httpTerms.has(term) ? isClientError : knownFatalTerms.has(term);
}

/** The name of a reason and what comes with it: `['http_error', 503]`; a bare name stands alone. */
function termOf(reason: Json): readonly [Json, Json] {
  const inner = innermost(reason);
  if (!isList(inner)) return [inner, null];
  const [term = null, detail = null] = inner;
  return [term, detail];
}

/** `{ reason }` without a class of its own means what its reason means. */
function innermost(reason: Json): Json {
  if (!isObject(reason) || classes.has(reason['class'])) return reason;
  const inner = reason['reason'];
  return inner === undefined ? reason : innermost(inner);
}
