import type { ChartDescription, ChartState } from '../../chartOf.ts';
import type { InspectorRecord, Json, Value } from '../../records.ts';
import type { Model, ModelActor, Standing } from './Model.ts';

/** What people call an actor. */
export function nameOf({ identity, now }: ModelActor): string {
  const { context } = now;
  const name = context['instance.name'] ?? context['instance.id'];
  if (typeof name === 'string') return name;
  if (identity.parent !== null) return identity.id;
  return identity.id === identity.sessionId
    ? `${identity.src ?? 'actor'} ${identity.sessionId}`
    : `${identity.id} ${identity.sessionId}`;
}

/** The channel of an instance; of others, the machine. */
export function channelOf({ identity, now }: ModelActor): string {
  const channel = now.context['instance.channelType'];
  return typeof channel === 'string' ? channel : (identity.chart ?? identity.src ?? 'no machine');
}

/** The top-level state; of what is over, how it ended. */
export function statusOf({ ended, value }: Standing): string {
  if (ended === 'error') return 'failed';
  const top = topOf(value);
  if (ended !== null) return top === 'stopped' ? 'stopped' : ended;
  return top ?? 'running';
}

function topOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 ? keys[0] : keys.length === 0 ? undefined : 'parallel';
}

/** `connected.healthy`; regions side by side: `player.on + light.off`. */
export function pathOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([key, within]) => (pathOf(within) === '' ? key : `${key}.${pathOf(within)}`))
    .join(' + ');
}

/** Ids of the states that are active. */
export function activeStates(chart: ChartDescription, value: Value): ReadonlySet<string> {
  const active = new Set<string>();
  const [root] = chart.states;
  if (root) activate(root, value, { chart, active });
  return active;
}

interface Activation {
  readonly chart: ChartDescription;
  readonly active: Set<string>;
}

function activate(state: ChartState, value: Value, activation: Activation): void {
  activation.active.add(state.id);
  if (value === null) return;
  const entries = typeof value === 'string' ? [[value, null] as const] : Object.entries(value);
  for (const [key, within] of entries) {
    const name = state.parent === null ? key : `${state.name}.${key}`;
    const child = activation.chart.states.find((candidate) => candidate.parent === state.id && candidate.name === name);
    if (child) activate(child, within, activation);
  }
}

/** What an entry says, in a few words. */
export function wordsOf(record: InspectorRecord): string {
  switch (record.kind) {
    case 'started':
      return `${record.wasRunning ? 'found' : 'started'}${record.value === null ? '' : ` in ${pathOf(record.value)}`}`;
    case 'transition': {
      const [from, to] = [pathOf(record.from), pathOf(record.to)];
      if (record.ignored !== null) return record.ignored === 'guarded' ? 'no guard held' : 'no state waits for it';
      if (to === '') return '';
      return from === to ? `stays ${to}` : `${from === '' ? '' : `${from} `}→ ${to}`;
    }
    case 'ended':
      return record.error === null ? `${record.how}` : `${record.how}, ${record.error}`;
    case 'undelivered':
      return 'nobody was there to take it';
    case 'signal':
      return Object.entries({ ...record.measurements, ...record.metadata })
        .filter(([key]) => key !== 'timestamp')
        .map(([key, value]) => `${key} ${plain(value)}`)
        .join(', ');
  }
}

/** The event, or what else it is. */
export function titleOf(record: InspectorRecord): string {
  if (record.kind === 'transition' || record.kind === 'undelivered') return eventName(record.event.type);
  return record.kind === 'signal' ? record.name : record.kind;
}

const ownEvents: readonly (readonly [RegExp, string])[] = [
  [/^xstate\.after\.(\d+)\..*$/, 'after $1 ms'],
  [/^xstate\.after\.([^.]+)\..*$/, 'after $1'],
  [/^xstate\.(done|error)\.(?:actor|state)\.(.*)$/, '$1($2)'],
  [/^xstate\.snapshot\.(.*)$/, 'snapshot($1)'],
  [/^xstate\.(init|stop)$/, '$1'],
];

/** XState's own events as charts name them: `after 1000 ms`, `done(job)`. */
export function eventName(type: string): string {
  const [pattern, name] = ownEvents.find(([candidate]) => candidate.test(type)) ?? [];
  return pattern && name !== undefined ? type.replace(pattern, name) : type;
}

/** A value as people read it. */
export function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The actor's name in an entry; of a signal without an instance, none. */
export function ownerName(model: Model, record: InspectorRecord): string {
  const actor = model.actors.get(model.ownerOf(record) ?? '');
  return actor ? nameOf(actor) : '';
}
