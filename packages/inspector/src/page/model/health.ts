import type { Json } from '../../records.ts';
import { plain, wordsOf } from './describe.ts';
import type { Model, ModelActor } from './Model.ts';

export interface Health {
  /** Numbers of the context, by name. */
  readonly counters: readonly (readonly [string, string])[];
  /** Now, where that is known; else as the last change of pressure told it, and null when there was none. */
  readonly queue: {
    readonly depth: number;
    readonly capacity: number;
    readonly level: string;
    readonly isNow: boolean;
  } | null;
  /** What became of messages, since the first entry that is kept. */
  readonly deliveries: readonly (readonly [string, number])[];
  /** How often something was started again within the window, of how often it may be. */
  readonly restarts: readonly { readonly name: string; readonly used: number }[];
  readonly intensity: { readonly maxRestarts: number; readonly windowMs: number };
  /** The last first. */
  readonly errors: readonly { readonly number: number; readonly atMs: number; readonly words: string }[];
}

/** The defaults of Holdfast, for what is not known. */
const defaultIntensity = { maxRestarts: 5, windowMs: 30_000 } as const;
const mostErrors = 8;
const errorNames = /failed|failure|gave_up|error|unauthorized|conflict|exhausted|misconfigured|parked/;

/** An instance's numbers as the server has just told them. */
export type Vitals = Readonly<Record<string, Json>>;

export interface HealthMoment {
  /** Null: now. */
  readonly moment: number | null;
  readonly nowMs: number;
  readonly vitals: Vitals | null;
}

/** How an instance was, at a moment or now. */
export function healthOf(model: Model, actor: ModelActor, { moment, nowMs, vitals }: HealthMoment): Health {
  const { context } = model.standingAt(actor, moment);
  const numbers = actor.entries.filter((number) => moment === null || number <= moment);
  const deliveries = new Map<string, number>();
  let queue: Health['queue'] = null;
  const errors: { number: number; atMs: number; words: string }[] = [];
  for (const number of numbers) {
    const record = model.entry(number);
    if (record === undefined) continue;
    const { atMs } = record;
    if (record.kind === 'signal' && /^(?:delivery|inbound)\./.test(record.name))
      deliveries.set(record.name, (deliveries.get(record.name) ?? 0) + 1);
    if (record.kind === 'signal' && record.name === 'delivery.pressure_changed') {
      const { capacity = 0, depth = 0 } = record.measurements;
      queue = { depth, capacity, level: plain(record.metadata['level'] ?? 'unknown'), isNow: false };
    }
    if (record.kind === 'signal' && errorNames.test(record.name))
      errors.unshift({ number, atMs, words: `${record.name}: ${wordsOf(record)}` });
    if (record.kind === 'ended' && record.how === 'error') errors.unshift({ number, atMs, words: wordsOf(record) });
  }
  const atMs = moment === null ? nowMs : (model.entry(moment)?.atMs ?? nowMs);
  const intensity = intensityOf(vitals);
  return {
    counters: countersOf(context),
    queue: queueOf(vitals) ?? queue,
    deliveries: [...deliveries],
    restarts: restartsOf(model, actor, { moment, fromMs: atMs - intensity.windowMs }),
    intensity,
    errors: errors.slice(0, mostErrors),
  };
}

function countersOf(context: Readonly<Record<string, Json>>): Health['counters'] {
  return Object.entries(context)
    .filter(([key, value]) => typeof value === 'number' && !/At(?:Ms)?$/.test(key))
    .map(([key, value]) => [key, plain(value)] as const);
}

function queueOf(vitals: Vitals | null): Health['queue'] {
  const { pressure, queueCapacity, queueDepth } = vitals ?? {};
  if (typeof queueDepth !== 'number' || typeof queueCapacity !== 'number') return null;
  return { depth: queueDepth, capacity: queueCapacity, level: plain(pressure ?? 'unknown'), isNow: true };
}

function intensityOf(vitals: Vitals | null): Health['intensity'] {
  const { maxRestarts, restartWindowMs } = vitals ?? {};
  const isKnown = typeof maxRestarts === 'number' && typeof restartWindowMs === 'number';
  return isKnown ? { maxRestarts, windowMs: restartWindowMs } : defaultIntensity;
}

/** Those of the workers stand in the instance's chart, those of the connection in its own. */
function restartsOf(
  model: Model,
  actor: ModelActor,
  { fromMs, moment }: { readonly moment: number | null; readonly fromMs: number },
): Health['restarts'] {
  const used = (member: ModelActor, path: string): number => {
    const times = model.standingAt(member, moment).context[path];
    return Array.isArray(times) ? times.filter((at) => typeof at === 'number' && at >= fromMs).length : 0;
  };
  const connections = model.family(actor.identity.actor).filter(({ identity }) => identity.src === 'connection');
  return [
    { name: 'Workers restarted', used: used(actor, 'childRestarts') },
    ...connections.slice(-1).map((member) => ({ name: 'Connection restarted', used: used(member, 'restarts') })),
  ];
}
