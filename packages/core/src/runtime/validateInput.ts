import { type InputProblem, InvalidInputError } from '../errors.ts';
import type { InputSchema, SchemaIssue } from '../ports/channel.ts';

/** The value as its schema returns it, or an `InvalidInputError` that names every problem and shows no secret. */
export function validateInput<Output>(schema: InputSchema<Output>, value: unknown, subject: string, root = ''): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidInputError(
    subject,
    result.error.issues.map((issue) => describeIssue(issue, value, root)),
  );
}

function describeIssue(issue: SchemaIssue, value: unknown, root: string): InputProblem {
  const path = [...(root === '' ? [] : [root]), ...issue.path.map(String)].join('.');
  return { path, expected: describeExpected(issue), received: describeReceived(valueAt(value, issue.path)) };
}

/** zod's issues say what was expected in fields of their own; messages are left to locales that we do not load. */
function describeExpected(issue: SchemaIssue): string {
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

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined),
    value,
  );
}
