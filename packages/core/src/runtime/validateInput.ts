import * as z from 'zod/mini';
import { type InputProblem, InvalidInputError } from '../errors.ts';
import type { InputSchema, SchemaIssue } from '../ports/channel.ts';

/** What is validated: how a message calls it, and under which path its problems stand. */
interface InputName {
  readonly subject: string;
  readonly root?: string;
}

/** The value as its schema returns it, or an `InvalidInputError` that names every problem and shows no secret. */
export function validateInput<Output>(schema: InputSchema<Output>, value: unknown, input: InputName): Output {
  const { subject, root = '' } = input;
  const result = parseSafely(schema, value);
  if (result === 'cyclic') {
    throw new InvalidInputError(subject, [{ path: root, expected: 'a value without cycles', received: 'one with' }]);
  }
  if (result.success) return result.data;
  throw new InvalidInputError(
    subject,
    result.error.issues.map((issue) => describeIssue(issue, value, root)),
  );
}

/** Refuses what is no object where options are asked for. */
export function validateObject(value: unknown, path: string): void {
  if (typeof value === 'object' && value !== null) return;
  throw new InvalidInputError('call', [{ path, expected: 'an object', received: describeReceived(value) }]);
}

const json = z.json();

export function isJson(value: unknown): boolean {
  const result = parseSafely(json, value);
  return result !== 'cyclic' && result.success;
}

/** Schemas that recurse run out of stack on a value that contains itself. */
function parseSafely<Output>(
  schema: InputSchema<Output>,
  value: unknown,
): ReturnType<InputSchema<Output>['safeParse']> | 'cyclic' {
  try {
    return schema.safeParse(value);
  } catch (error) {
    if (error instanceof RangeError) return 'cyclic';
    throw error;
  }
}

function describeIssue(issue: SchemaIssue, value: unknown, root: string): InputProblem {
  const path = [...(root === '' ? [] : [root]), ...issue.path.map(String)].join('.');
  const received = valueAt(value, issue.path);
  const expected = describeExpected(issue);
  if (!path.startsWith('credentials')) return { path, expected, received: describeReceived(received) };
  return { path, expected: withoutSecret(expected, received), received: describeSecret(received) };
}

/** The author of a schema may quote what came. */
function withoutSecret(text: string, secret: unknown): string {
  const quoted = typeof secret === 'string' || typeof secret === 'number' ? String(secret) : '';
  return quoted === '' ? text : text.replaceAll(quoted, '[redacted]');
}

/** How zod's own messages begin, where a locale is loaded. Any other message is the schema author's. */
const genericMessage = /^(Invalid|Too|Unrecognized)\b/;

/** What the author of the schema says, or else what zod's issue says in its fields. */
function describeExpected(issue: SchemaIssue): string {
  if (!genericMessage.test(issue.message)) return issue.message;
  const fields = issue as unknown as Readonly<Record<string, unknown>>;
  switch (issue.code) {
    case 'invalid_type':
      return String(issue.expected);
    case 'too_small':
      return `${String(fields['origin'])} of at least ${String(fields['minimum'])}`;
    case 'too_big':
      return `${String(fields['origin'])} of at most ${String(fields['maximum'])}`;
    case 'invalid_value':
      return `one of ${JSON.stringify(fields['values'])}`;
    case 'invalid_format':
      return `a string of the form ${String(fields['format'])}`;
    case 'unrecognized_keys':
      return `no unknown keys (found: ${JSON.stringify(fields['keys'])})`;
    case 'invalid_union':
      return 'another kind of value (JSON where the type says so)';
    default:
      return issue.message;
  }
}

/** Strings by their length only: any of them may be a credential in the wrong place. */
export function describeReceived(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value === '' ? 'an empty string' : `a string of ${value.length} characters`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function describeSecret(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? `a ${typeof value}` : describeReceived(value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined),
    value,
  );
}
