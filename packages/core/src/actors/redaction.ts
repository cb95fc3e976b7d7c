import type { Failure } from '../schema/failure.ts';
import type { Json, JsonObject } from '../schema/json.ts';

/** Shorter strings are no secrets, and taking them out would garble the text around them. */
const shortestSecret = 6;

/**
 * The failure without any string of the credentials. Adapters leave credentials out by contract; this is the second
 * lock, for the one that forgets.
 */
export function redactFailure(failure: Failure, credentials: unknown): Failure {
  const redact = redactor(credentials);
  if (redact === undefined) return failure;
  return {
    ...failure,
    code: redact(failure.code),
    message: redact(failure.message),
    ...(failure.reason === undefined ? {} : { reason: redactJson(failure.reason, redact) }),
  };
}

/** What a link says of itself, without any string of the credentials. */
export function redactObject(value: JsonObject, credentials: unknown): JsonObject {
  const redact = redactor(credentials);
  if (redact === undefined) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactJson(part, redact)]));
}

/** The longest first: one credential may begin with another. Undefined when there is nothing to take out. */
function redactor(credentials: unknown): ((text: string) => string) | undefined {
  const secrets = collectSecrets(credentials).sort((a, b) => b.length - a.length);
  if (secrets.length === 0) return undefined;
  return (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text);
}

function collectSecrets(credentials: unknown): string[] {
  const secrets: string[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string' && value.length >= shortestSecret) secrets.push(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    Object.values(value).forEach(visit);
  };
  visit(credentials);
  return secrets;
}

function redactJson(value: Json, redact: (text: string) => string): Json {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((part) => redactJson(part, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactJson(part, redact)]));
}
