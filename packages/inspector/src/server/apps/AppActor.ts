import type { ChartEntry } from '../../ChartBook.ts';
import type { ActorIdentity, InspectorRecord, JsonObject, KnownActor, Value } from '../../records.ts';
import { isObject } from '../../session/check.ts';

export interface Standing {
  readonly value: Value;
  readonly context: JsonObject;
}

/** An actor of an app: where it stands, and where it stood before the oldest record of it that is kept. */
export class AppActor {
  readonly identity: ActorIdentity;
  readonly chart: ChartEntry | undefined;
  now: Standing;
  isAlive = true;
  /** Records of it that are kept. */
  kept = 0;
  #before: Standing;

  constructor(identity: ActorIdentity, chart: ChartEntry | undefined, standing: Standing) {
    this.identity = identity;
    this.chart = chart;
    this.now = standing;
    this.#before = standing;
  }

  dropped(record: InspectorRecord): void {
    this.kept -= 1;
    if (record.kind !== 'transition') return;
    const context = record.context === null ? this.#before.context : { ...this.#before.context, ...record.context };
    this.#before = { value: record.to, context };
  }

  toJSON(): KnownActor {
    return { ...this.identity, isAlive: this.isAlive, ...this.#before };
  }
}

/** The active states, as far as the chart has states of that name; whatever else was sent as one is not shown. */
export function readValue(value: unknown, entry: ChartEntry | undefined): Value {
  const [root] = entry?.chart.states ?? [];
  return root && entry ? readWithin(value, root.id, entry) : null;
}

function readWithin(value: unknown, parent: string, entry: ChartEntry): Value {
  if (typeof value === 'string') return childOf(parent, value, entry) === undefined ? null : value;
  if (!isObject(value)) return null;
  const known = Object.keys(value).flatMap((key) => {
    const child = childOf(parent, key, entry);
    return child === undefined ? [] : [[key, readWithin(value[key], child, entry)] as const];
  });
  return Object.fromEntries(known.map(([key, within]) => [key, within ?? {}]));
}

function childOf(parent: string, key: string, { chart }: ChartEntry): string | undefined {
  const states = chart.states;
  const owner = states.find(({ id }) => id === parent);
  const name = owner === undefined || owner.parent === null ? key : `${owner.name}.${key}`;
  return states.find((state) => state.parent === parent && state.name === name)?.id;
}

/** What of the one is not so in the other; null for what is gone. Null when nothing is. */
export function changesOf(before: JsonObject, after: JsonObject): JsonObject | null {
  const changed = Object.entries(after).filter(
    ([path, value]) => JSON.stringify(before[path]) !== JSON.stringify(value),
  );
  const gone = Object.keys(before).filter((path) => !Object.hasOwn(after, path));
  if (changed.length === 0 && gone.length === 0) return null;
  return Object.fromEntries([...changed, ...gone.map((path) => [path, null] as const)]);
}
