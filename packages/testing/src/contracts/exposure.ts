import { check } from './check.ts';

const deepest = 12;
const mostValues = 20_000;

/** What `node:util` has of use here; where there is no Node, the walk through the value is all. */
interface NodeUtil {
  inspect(value: unknown, options: object): string;
}

/**
 * Everything that a log, an inspector or a store could make of a value: its keys and values at any depth, private in name only or
 * not, own or inherited, enumerable or not; `cause`, `errors` and `stack` of errors; its JSON, its text, Node's `inspect`.
 */
function exposuresOf(value: unknown): readonly string[] {
  const found: string[] = [];
  walk(value, found);
  for (const print of [JSON.stringify, String, inspected]) {
    try {
      found.push(String(print(value)));
    } catch {
      // What cannot be printed in this way shows nothing in this way.
    }
  }
  return found;
}

/**
 * @throws ContractBrokenError when one of the secrets can be seen in the value. It does not repeat the secret.
 */
export function checkHidden(value: unknown, secrets: readonly string[], what: string): void {
  const exposed = exposuresOf(value).map((text) => text.toLowerCase());
  for (const [index, secret] of secrets.entries()) {
    const isSeen = formsOf(secret).some((form) => exposed.some((text) => text.includes(form.toLowerCase())));
    check(!isSeen, `${what} shows secrets[${index}], as it is or encoded: take it out before anybody gets the value.`);
  }
}

function formsOf(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const base64 = btoa(String.fromCharCode(...bytes)).replace(/=+$/, '');
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [secret, encodeURIComponent(secret), base64, hex];
}

function walk(root: unknown, found: string[]): void {
  const seen = new Set<unknown>();
  let level: readonly unknown[] = [root];
  for (let depth = 0; depth < deepest && level.length > 0 && seen.size < mostValues; depth += 1) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') found.push(value);
      if (!isWalkable(value) || seen.has(value)) continue;
      seen.add(value);
      next.push(...partsOf(value, found));
    }
    level = next;
  }
}

function isWalkable(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function partsOf(value: object, found: string[]): unknown[] {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  if (ArrayBuffer.isView(value)) {
    found.push(new TextDecoder().decode(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)));
    return [];
  }
  const parts: unknown[] = [];
  for (let owner: object | null = value; owner !== null && owner !== Object.prototype; owner = prototypeOf(owner)) {
    for (const key of keysOf(owner)) {
      if (typeof key === 'string') found.push(key);
      parts.push(read(value, key));
    }
  }
  return parts;
}

function prototypeOf(value: object): object | null {
  try {
    return Object.getPrototypeOf(value);
  } catch {
    return null;
  }
}

function keysOf(value: object): readonly PropertyKey[] {
  try {
    return Reflect.ownKeys(value);
  } catch {
    return [];
  }
}

function read(value: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}

function inspected(value: unknown): string {
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, maxStringLength: null };
  return nodeUtil()?.inspect(value, options) ?? '';
}

/** Asked of the runtime, so that this file can be loaded where there is no Node. */
function nodeUtil(): NodeUtil | undefined {
  const runtime: unknown = Reflect.get(globalThis, 'process');
  if (typeof runtime !== 'object' || runtime === null) return undefined;
  const load: unknown = Reflect.get(runtime, 'getBuiltinModule');
  return typeof load === 'function' ? load.call(runtime, 'node:util') : undefined;
}
