import type { Json } from '../../records.ts';
import { plain, wordsOf } from './describe.ts';
import type { Model, ModelActor } from './Model.ts';

export interface Health {
  /** Numbers of the context, by name. */
  readonly counters: readonly (readonly [string, string])[];
  /** As the last change of pressure told it; null when there was none. */
  readonly queue: { readonly depth: number; readonly capacity: number; readonly level: string } | null;
  /** What became of messages, since the first entry that is kept. */
  readonly deliveries: readonly (readonly [string, number])[];
  /** Restarts of workers within the last half minute, of the five that there may be. */
  readonly restarts: number;
  /** The last first. */
  readonly errors: readonly { readonly number: number; readonly atMs: number; readonly words: string }[];
}

const windowMs = 30_000;
const mostErrors = 8;
const errorNames = /failed|failure|gave_up|error|unauthorized|conflict|exhausted|misconfigured|parked/;

/** How an instance was, at a moment or now. */
export function healthOf(model: Model, actor: ModelActor, moment: number | null): Health {
  const { context } = model.standingAt(actor, moment);
  const numbers = actor.entries.filter((number) => moment === null || number <= moment);
  const deliveries = new Map<string, number>();
  let queue: Health['queue'] = null;
  let atMs = 0;
  const errors: { number: number; atMs: number; words: string }[] = [];
  for (const number of numbers) {
    const record = model.entry(number);
    if (record === undefined) continue;
    atMs = record.atMs;
    if (record.kind === 'signal' && /^(?:delivery|inbound)\./.test(record.name))
      deliveries.set(record.name, (deliveries.get(record.name) ?? 0) + 1);
    if (record.kind === 'signal' && record.name === 'delivery.pressure_changed') {
      const { capacity = 0, depth = 0 } = record.measurements;
      queue = { depth, capacity, level: plain(record.metadata['level'] ?? 'unknown') };
    }
    if (record.kind === 'signal' && errorNames.test(record.name))
      errors.unshift({ number, atMs, words: `${record.name}: ${wordsOf(record)}` });
    if (record.kind === 'ended' && record.how === 'error') errors.unshift({ number, atMs, words: wordsOf(record) });
  }
  return {
    counters: countersOf(context),
    queue,
    deliveries: [...deliveries],
    restarts: restartsOf(context['childRestarts'], atMs),
    errors: errors.slice(0, mostErrors),
  };
}

function countersOf(context: Readonly<Record<string, Json>>): Health['counters'] {
  return Object.entries(context)
    .filter(([key, value]) => typeof value === 'number' && !/At(?:Ms)?$/.test(key))
    .map(([key, value]) => [key, plain(value)] as const);
}

function restartsOf(restarts: Json | undefined, atMs: number): number {
  if (!Array.isArray(restarts)) return 0;
  return restarts.filter((at) => typeof at === 'number' && at > atMs - windowMs).length;
}
