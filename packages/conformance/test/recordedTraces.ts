import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from 'holdfast';
import { isList, isObject } from '../src/format/reader.ts';

export const dataFolder = new URL('../data/', import.meta.url);

/** One trace of the carried data, to be read or changed. */
export function recordedTrace(fileName: string, name: string): JsonObject {
  const file: Json = JSON.parse(readFileSync(new URL(fileName, dataFolder), 'utf8'));
  const traces = isObject(file) && isList(file['traces']) ? file['traces'] : [];
  const trace = traces.find((each) => isObject(each) && each['name'] === name);
  if (!isObject(trace)) throw new Error(`There is no trace "${name}" in ${fileName}.`);
  return trace;
}

export type Path = readonly (string | number)[];

/** The ways to everything in a value that holds nothing itself. */
export function leavesOf(value: Json | undefined, path: Path = []): Path[] {
  if (isList(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
}

/** The same value with something else at one place. */
export function withOther(value: Json | undefined, path: Path): Json {
  const [key, ...rest] = path;
  if (key === undefined) return otherThan(value ?? null);
  if (isList(value)) return value.map((item, index) => (index === key ? withOther(item, rest) : item));
  const object = isObject(value) ? value : {};
  return { ...object, [key]: withOther(object[key], rest) };
}

function otherThan(value: Json): Json {
  if (value === 'present') return null;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return value === null ? 'something' : `${JSON.stringify(value)} and more`;
}
