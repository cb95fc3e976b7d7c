import type { FailureSeverity } from '../schema/failure.ts';
import type { Json, JsonObject } from '../schema/json.ts';

/** What the peer refuses, by the length of the list that says so (1: the bare term). Other forms are not known. */
const degradedForms: Readonly<Record<string, readonly number[]>> = {
  unsupported: [1, 2],
  unsupported_method: [2],
  media_policy_denied: [2],
  policy_denied: [4],
};
const fatalTerms = new Set(['unauthorized', 'invalid_return', 'invalid_request', 'unsupported_operation']);
const httpTerms = new Set(['http_error', 'http_status']);

/**
 * The severity of a failure of which only the reason is known: a term such as `timeout`, a tagged list such as
 * `['http_error', 503]`, or an object with `class` or `reason`. Channels classify their own errors; this table, the
 * original's (`AdapterBridge.classify_failure`), is for reasons that come from elsewhere.
 *
 * Departures from the original: what is unknown is recoverable, and so are HTTP 408 and 429 and every kind of reset.
 */
export function classifyReason(reason: Json): FailureSeverity {
  if (Array.isArray(reason)) return classifyTagged(reason);
  if (typeof reason === 'object' && reason !== null) return classifyObject(reason as JsonObject);
  return typeof reason === 'string' ? classifyTerm(reason, 1) : 'recoverable';
}

function classifyTerm(term: string, length: number): FailureSeverity {
  if (Object.hasOwn(degradedForms, term) && degradedForms[term]?.includes(length)) return 'degraded';
  return fatalTerms.has(term) ? 'fatal' : 'recoverable';
}

function classifyTagged(reason: readonly Json[]): FailureSeverity {
  const [tag, detail] = reason;
  if (typeof tag !== 'string') return 'recoverable';
  if (httpTerms.has(tag) && typeof detail === 'number') return classifyHttpStatus(detail);
  return classifyTerm(tag, reason.length);
}

/** What an HTTP status means for a connection: 4xx will not change by itself, but 408 and 429 ask to come again. */
export function classifyHttpStatus(status: number): FailureSeverity {
  const isClientError = status >= 400 && status < 500;
  return isClientError && status !== 408 && status !== 429 ? 'fatal' : 'recoverable';
}

function classifyObject({ class: severity, reason }: JsonObject): FailureSeverity {
  if (severity === 'recoverable' || severity === 'degraded' || severity === 'fatal') return severity;
  return reason === undefined ? 'recoverable' : classifyReason(reason);
}
