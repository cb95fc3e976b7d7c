import { isObject } from '../../session/check.ts';

/** What a page wants to be sent. */
export interface Wish {
  readonly actor: string;
  readonly event: Readonly<Record<string, unknown>> & { readonly type: string };
}

/** Of an event, how many objects in objects. */
const deepest = 20;
/** Whoever copies such a key into an object changes what all objects inherit. */
const dangerous = new Set(['__proto__', 'constructor', 'prototype']);

/** The wish, or what is wrong with it. */
export function readWish(text: string): Wish | string {
  const wish = parse(text);
  if (!isObject(wish) || typeof wish['actor'] !== 'string') return 'Expected {"actor": "…", "event": {"type": "…"}}.';
  const { actor, event } = wish;
  if (!isObject(event) || typeof event['type'] !== 'string')
    return 'Expected the event to be a JSON object with a type, such as {"type": "retry"}.';
  const fault = faultOf(event, deepest);
  return fault ?? { actor, event: { ...event, type: event['type'] } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function faultOf(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === 0) return `Expected an event with at most ${deepest} objects in each other.`;
  for (const [key, part] of Object.entries(value)) {
    if (dangerous.has(key)) return `Expected an event without the key ${JSON.stringify(key)}.`;
    const fault = faultOf(part, depth - 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
