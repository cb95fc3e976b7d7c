import { SessionError } from '../errors.ts';
import type { Json, JsonObject, Value } from '../records.ts';

/** A part of what is read, and where it is. */
export interface Place {
  readonly value: unknown;
  readonly path: string;
  at(key: string | number): Place;
}

export function place(value: unknown, path: string): Place {
  return {
    value,
    path,
    at: (key) => {
      const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
      const part: unknown = isThere ? Reflect.get(value, key) : undefined;
      return place(part, typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`);
    },
  };
}

/** @throws SessionError always: where it is, what was expected, what came. */
export function refuse({ path, value }: Place, expected: string): never {
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  throw new SessionError(`${path}: expected ${expected}, got ${got}.`);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(at: Place): string {
  return typeof at.value === 'string' ? at.value : refuse(at, 'a text');
}

export function textOrNull(at: Place): string | null {
  return at.value === null ? null : text(at);
}

export function number(at: Place): number {
  return typeof at.value === 'number' ? at.value : refuse(at, 'a number');
}

export function truth(at: Place): boolean {
  return typeof at.value === 'boolean' ? at.value : refuse(at, 'true or false');
}

export function oneOf<const Text extends string>(at: Place, texts: readonly Text[]): Text {
  return texts.find((candidate) => candidate === at.value) ?? refuse(at, `one of ${texts.join(', ')}`);
}

export function listOf<Item>(at: Place, read: (item: Place) => Item): readonly Item[] {
  if (!Array.isArray(at.value)) return refuse(at, 'a list');
  return at.value.map((_, index) => read(at.at(index)));
}

/** Deeper than any record is; a text that is nested for ever must not end in a full stack. */
const deepest = 60;

export function json(at: Place, depth = deepest): Json {
  const { value } = at;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (depth === 0) throw new SessionError(`${at.path.slice(0, 200)}: is nested too deep.`);
  if (Array.isArray(value)) return value.map((_, index) => json(at.at(index), depth - 1));
  return isObject(value) ? jsonObject(at, depth) : refuse(at, 'a value of JSON');
}

export function jsonObject(at: Place, depth = deepest): JsonObject {
  if (!isObject(at.value)) return refuse(at, 'an object');
  const keys = Object.keys(at.value).filter((key) => key !== '__proto__');
  return Object.fromEntries(keys.map((key) => [key, json(at.at(key), depth - 1)]));
}

export function stateValue(at: Place, depth = deepest): Value {
  if (at.value === null || typeof at.value === 'string') return at.value;
  if (!isObject(at.value)) return refuse(at, 'a state value');
  if (depth === 0) throw new SessionError(`${at.path.slice(0, 200)}: is nested too deep.`);
  const keys = Object.keys(at.value).filter((key) => key !== '__proto__');
  return Object.fromEntries(keys.map((key) => [key, stateValue(at.at(key), depth - 1)]));
}
