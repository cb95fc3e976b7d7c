import type { Json, JsonObject } from '../records.ts';
import { credentialMark, isCredentialKey, withoutCredentials } from './credentials.ts';

/**
 * Copies values of an app into plain JSON.
 *
 * P1. Nothing of the app's runs: no getter, no `toJSON`, no iterator. A Proxy's traps do, and may throw: then the value is unreadable.
 * P2. What comes out is bounded in depth, entries and length of texts, whatever goes in, and has no cycle.
 * P3. A value under a credential's name is not looked at.
 * P4. An object of a class is not looked into: only its maker knows what in it is secret.
 */

export interface Limits {
  /** How many objects and arrays may lie within each other. Default 6. */
  readonly depth: number;
  /** How many characters of a text are shown. Default 500. */
  readonly textLength: number;
  /** How many entries one context, event, input or output may have, all levels together. Default 200. */
  readonly entries: number;
}

export const defaultLimits = { depth: 6, textLength: 500, entries: 200 } as const satisfies Limits;

/** What was not shown, and why. */
const marks = {
  function: '[function]',
  object: '[object]',
  getter: '[getter]',
  circular: '[circular]',
  deep: '[deeper]',
  more: '[more]',
  unreadable: '[unreadable]',
} as const;

/** What one copy may still use up. */
export class Allowance {
  entries: number;
  readonly limits: Limits;
  readonly path: object[] = [];

  constructor(limits: Limits) {
    this.limits = limits;
    this.entries = limits.entries;
  }
}

export function toPlain(value: unknown, allowance: Allowance): Json {
  switch (typeof value) {
    case 'string':
      return toPlainText(value, allowance.limits);
    case 'number':
      return Number.isFinite(value) ? value + 0 : String(value); // JSON knows no -0.
    case 'boolean':
      return value;
    case 'bigint':
      return `${value}n`;
    case 'function':
    case 'symbol':
      return marks.function;
    case 'undefined':
      return null;
    default:
      return typeof value === 'object' && value !== null ? toPlainObject(value, allowance) : null;
  }
}

function toPlainText(text: string, { textLength }: Limits): string {
  // A credential may lie across the cut: it is looked for in a bit more than is shown.
  const clean = withoutCredentials(text.length > textLength ? text.slice(0, 2 * textLength) : text);
  return clean.length > textLength ? `${clean.slice(0, textLength)}…` : clean;
}

function toPlainObject(value: object, allowance: Allowance): Json {
  if (allowance.path.includes(value)) return marks.circular;
  if (allowance.path.length >= allowance.limits.depth) return marks.deep;
  allowance.path.push(value);
  try {
    return copy(value, allowance);
  } catch {
    return marks.unreadable; // P1
  } finally {
    allowance.path.pop();
  }
}

function copy(value: object, allowance: Allowance): Json {
  if (Array.isArray(value)) return copyArray(value, allowance);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return copyFields(value, allowance);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : Date.prototype.toISOString.call(value);
  return value instanceof Error ? errorName(value) : marks.object; // P4
}

function copyArray(value: readonly unknown[], allowance: Allowance): Json {
  const items: Json[] = [];
  for (let index = 0; index < value.length; index += 1) {
    if (!spend(allowance)) return [...items, marks.more];
    items.push(copyOwn(value, String(index), allowance));
  }
  return items;
}

function copyFields(value: object, allowance: Allowance): JsonObject {
  const fields: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    if (key === '__proto__') continue;
    if (!spend(allowance)) return { ...fields, '…': marks.more };
    fields[toPlainText(key, allowance.limits)] = isCredentialKey(key) ? credentialMark : copyOwn(value, key, allowance); // P3
  }
  return fields;
}

function copyOwn(owner: object, key: string, allowance: Allowance): Json {
  const own = readOwn(owner, key);
  return own === undefined ? null : 'value' in own ? toPlain(own.value, allowance) : marks.getter;
}

function spend(allowance: Allowance): boolean {
  allowance.entries -= 1;
  return allowance.entries >= 0;
}

/** Without running a getter. Undefined when there is no such property; one without `value` has a getter. */
export function readOwn(owner: object, key: string): PropertyDescriptor | undefined {
  return Object.getOwnPropertyDescriptor(owner, key);
}

/** The name of an error as a program gives it; a name that is none could be anything. */
export function errorName(error: unknown): string {
  try {
    if (!(error instanceof Error)) return error === null ? 'null' : typeof error;
    const { name } = error;
    return typeof name === 'string' && /^[A-Za-z_$][\w$]{0,59}$/.test(name) ? name : 'Error';
  } catch {
    return 'Error';
  }
}
