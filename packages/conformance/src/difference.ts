import type { Json, JsonObject } from 'holdfast';
import { isList, isObject } from './format/reader.ts';

/** The first place where two values differ. */
export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** How a field is compared when it is not simply by its value. Undefined: by its value. */
export type FieldRule = (expected: Json, got: unknown) => boolean | undefined;

/** By value, all the way down; the order of an object's keys means nothing. */
export function valueDifference(expected: Json, got: unknown, path: string): Difference | undefined {
  if (isList(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return { path, expected, got };
    return first(expected.map((item, index) => () => valueDifference(item, got[index], `${path}[${index}]`)));
  }
  if (isObject(expected)) return isObject(got) ? objectDifference(expected, got, path) : { path, expected, got };
  return Object.is(expected, got) || (expected === 0 && got === 0) ? undefined : { path, expected, got };
}

function objectDifference(expected: JsonObject, got: JsonObject, path: string): Difference | undefined {
  return fieldsDifference(expected, got, { path }) ?? extraKeyDifference(Object.keys(expected), got, path);
}

/** Every expected field is there and right. Fields that are not expected are passed over. */
export function fieldsDifference(
  expected: JsonObject,
  got: object,
  { path, rules = {} }: { readonly path: string; readonly rules?: Readonly<Record<string, FieldRule>> },
): Difference | undefined {
  const found = got as Readonly<Record<string, unknown>>;
  return first(
    Object.entries(expected).map(([name, value]) => () => {
      const at = `${path}.${name}`;
      if (!Object.hasOwn(found, name)) return { path: at, expected: value, got: undefined };
      const verdict = Object.hasOwn(rules, name) ? rules[name]?.(value, found[name]) : undefined;
      if (verdict === undefined) return valueDifference(value, found[name], at);
      return verdict ? undefined : { path: at, expected: value, got: found[name] };
    }),
  );
}

/** A key that is there and not among the expected ones. */
export function extraKeyDifference(expected: readonly string[], got: object, path: string): Difference | undefined {
  const extra = Object.entries(got).find(([name]) => !expected.includes(name));
  return extra && { path: `${path}.${extra[0]}`, expected: undefined, got: extra[1] };
}

export function first(checks: readonly (() => Difference | undefined)[]): Difference | undefined {
  for (const check of checks) {
    const difference = check();
    if (difference) return difference;
  }
  return undefined;
}

/** For fields whose value is a time stamp: recorded as "present", or the literal value that an app put there. */
export const isTimestampLike: FieldRule = (expected, got) =>
  expected === 'present' ? got === 'present' || (typeof got === 'number' && Number.isFinite(got)) : undefined;

/** For durations: recorded as "present". */
export const isDurationLike: FieldRule = (expected, got) =>
  expected === 'present' ? got === 'present' || (Number.isInteger(got) && Number(got) >= 0) : undefined;
