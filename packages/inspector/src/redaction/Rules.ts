import { InspectorOptionError } from '../errors.ts';
import type { Json, JsonObject } from '../records.ts';
import { credentialMark, isCredentialKey } from './credentials.ts';
import { Allowance, type Limits, readOwn, toPlain } from './plain.ts';
import { isCode, isTerm } from './terms.ts';

/**
 * How much of a value may be seen:
 * - `any` of it;
 * - only if it is a `number`, or a list of numbers;
 * - only if it is a `code`, dotted as channels make them: `telegram.409`, `slack.is_archived`;
 * - only if it is a `term` that Holdfast knows: `timeout`, `telegram.409`, `holdfast.given_up`.
 *
 * What is not what it should be is `[hidden]`.
 */
export type Shown = 'any' | 'number' | 'code' | 'term';

/** Keys with dots between them, `instance.id`, and how much of what is there may be seen. A path alone allows any of it. */
export type AllowedPath = string | { readonly path: string; readonly as: Shown };

/** True allows everything that has no credential's name. */
export type Allowed = true | readonly AllowedPath[];

interface Rule {
  readonly path: string;
  readonly keys: readonly string[];
  readonly as: Shown;
  /** A credential's name is in the path. */
  readonly isCredential: boolean;
}

const hiddenMark = '[hidden]';
const forbiddenKeys = new Set(['', '__proto__', 'constructor', 'prototype']);

/** Which parts of a value may leave. Nothing else does. */
export class Rules {
  static readonly none = new Rules([]);
  readonly #rules: true | readonly Rule[];

  private constructor(rules: true | readonly Rule[]) {
    this.#rules = rules;
  }

  /** @throws InspectorOptionError that names the option. */
  static parse(allowed: unknown, option: string): Rules {
    if (allowed === undefined) return Rules.none;
    if (allowed === true) return new Rules(true);
    if (!Array.isArray(allowed)) {
      throw new InspectorOptionError(`${option}: expected true or a list of paths, got ${typeof allowed}.`);
    }
    return new Rules(allowed.map((entry: unknown) => parseRule(entry, option)));
  }

  get allowNothing(): boolean {
    return this.#rules !== true && this.#rules.length === 0;
  }

  /** Both together; the first says how much of a path that is in both. */
  and(other: Rules): Rules {
    if (this.#rules === true || other.#rules === true) return new Rules(true);
    const mine = this.#rules;
    return new Rules([...mine, ...other.#rules.filter(({ path }) => !mine.some((rule) => rule.path === path))]);
  }

  /** What may leave of an object, by path. Never throws. `except` are keys of it that are told elsewhere. */
  select(value: unknown, limits: Limits, except?: string): JsonObject {
    if (typeof value !== 'object' || value === null) return {};
    const allowance = new Allowance(limits);
    if (this.#rules !== true) return selectPaths(value, this.#rules, allowance);
    const all = toPlain(value, allowance);
    if (typeof all !== 'object' || all === null || Array.isArray(all)) return { '': all };
    return except === undefined ? (all as JsonObject) : omit(all as JsonObject, except);
  }

  /** The same of a value that need not be an object. Undefined when nothing may leave. */
  selectValue(value: unknown, limits: Limits): Json | undefined {
    if (this.allowNothing) return undefined;
    return this.#rules === true ? toPlain(value, new Allowance(limits)) : this.select(value, limits);
  }
}

function parseRule(entry: unknown, option: string): Rule {
  const { path, as = 'any' } = (typeof entry === 'object' && entry !== null ? entry : { path: entry }) as {
    readonly path?: unknown;
    readonly as?: unknown;
  };
  if (typeof path !== 'string' || path.split('.').some((key) => forbiddenKeys.has(key))) {
    throw new InspectorOptionError(`${option}: expected a path such as "instance.id", got ${JSON.stringify(path)}.`);
  }
  if (!isShown(as)) {
    throw new InspectorOptionError(`${option}: expected one of ${ways.join(', ')} for ${path}, got ${String(as)}.`);
  }
  const keys = path.split('.');
  return { path, keys, as, isCredential: keys.some(isCredentialKey) };
}

const ways = ['any', 'number', 'code', 'term'] as const satisfies readonly Shown[];

function isShown(as: unknown): as is Shown {
  return ways.some((way) => way === as);
}

function selectPaths(value: object, rules: readonly Rule[], allowance: Allowance): JsonObject {
  const selected: Record<string, Json> = {};
  for (const rule of rules) {
    const shown = show(value, rule, allowance);
    if (shown !== undefined) selected[rule.path] = shown;
  }
  return selected;
}

function show(value: object, rule: Rule, allowance: Allowance): Json | undefined {
  try {
    const found = follow(value, rule.keys);
    if (found === undefined) return undefined;
    if (rule.isCredential) return credentialMark;
    if (rule.as === 'number') return showNumber(found);
    if (rule.as === 'code') return showWord(found, isCode);
    if (rule.as === 'term') return showWord(found, isTerm);
    return toPlain(found, allowance);
  } catch {
    return '[unreadable]';
  }
}

function follow(value: object, keys: readonly string[]): unknown {
  let found: unknown = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null) return undefined;
    const own = readOwn(found, key);
    if (own === undefined) return undefined;
    found = 'value' in own ? own.value : '[getter]';
  }
  return found;
}

function showNumber(value: unknown): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value); // JSON knows no -0.
  const isList = Array.isArray(value) && value.length <= 100 && value.every((item) => typeof item === 'number');
  return isList ? [...value] : hiddenMark;
}

function showWord(value: unknown, isWord: (text: string) => boolean): Json {
  // The original's tagged lists: ['http_error', 503].
  if (Array.isArray(value) && value.length <= 4) return value.map((item: unknown) => showOneWord(item, isWord));
  return showOneWord(value, isWord);
}

function showOneWord(value: unknown, isWord: (text: string) => boolean): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return isWord(value) ? value : hiddenMark;
  return typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) < 1_000 ? value : hiddenMark;
}

function omit(fields: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = fields;
  return rest;
}
