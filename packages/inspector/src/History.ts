import { InspectorOptionError } from './errors.ts';
import type { InspectorRecord, JsonObject, Microstep, Value } from './records.ts';

export interface HistoryOptions {
  /** How many records are kept. Default 10,000. */
  readonly records?: number | undefined;
  /** How many bytes of JSON they may come to, estimated. Default 8 MiB. */
  readonly bytes?: number | undefined;
}

const defaultHistory = { records: 10_000, bytes: 8 * 1024 * 1024 } as const satisfies HistoryOptions;

/** The latest records, bounded by number and by size: the oldest go first, and are counted. */
export class History<Owner> {
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  readonly #onDrop: (record: InspectorRecord, owner: Owner) => void;
  /** Rings of one length, side by side: an object for each record would be one more to collect. */
  #records: (InspectorRecord | undefined)[] = [];
  #owners: (Owner | undefined)[] = [];
  #weights: number[] = [];
  #first = 0;
  #size = 0;
  #bytes = 0;
  #total = 0;

  /** @throws InspectorOptionError */
  constructor({ records, bytes }: HistoryOptions, onDrop: (record: InspectorRecord, owner: Owner) => void) {
    this.#maxRecords = atLeastOne(records ?? defaultHistory.records, 'history.records');
    this.#maxBytes = atLeastOne(bytes ?? defaultHistory.bytes, 'history.bytes');
    this.#onDrop = onDrop;
  }

  /** How many there have ever been. */
  get total(): number {
    return this.#total;
  }

  get dropped(): number {
    return this.#total - this.#size;
  }

  get size(): number {
    return this.#size;
  }

  /** Estimated. */
  get bytes(): number {
    return this.#bytes;
  }

  push(record: InspectorRecord, owner: Owner): void {
    if (this.#size === this.#maxRecords) this.#drop();
    const bytes = weigh(record);
    const place = (this.#first + this.#size) % this.#maxRecords;
    this.#records[place] = record;
    this.#owners[place] = owner;
    this.#weights[place] = bytes;
    this.#size += 1;
    this.#bytes += bytes;
    this.#total += 1;
    while (this.#bytes > this.#maxBytes) this.#drop();
  }

  /** Those that came when there had been `count` of them, and after, and how many of these are gone already. */
  since(count: number): { readonly records: readonly InspectorRecord[]; readonly missed: number } {
    const missed = Math.max(0, this.dropped - count);
    const records: InspectorRecord[] = [];
    for (let index = Math.max(0, count - this.dropped); index < this.#size; index += 1) {
      const record = this.#records[(this.#first + index) % this.#maxRecords];
      if (record) records.push(record);
    }
    return { records, missed };
  }

  clear(): void {
    this.#records = [];
    this.#owners = [];
    this.#weights = [];
    this.#first = 0;
    this.#size = 0;
    this.#bytes = 0;
  }

  #drop(): void {
    const place = this.#first;
    const record = this.#records[place];
    const owner = this.#owners[place];
    this.#records[place] = undefined;
    this.#owners[place] = undefined;
    this.#first = (place + 1) % this.#maxRecords;
    this.#size -= 1;
    this.#bytes -= this.#weights[place] ?? 0;
    if (record) this.#onDrop(record, owner as Owner);
  }
}

function atLeastOne(value: number, option: string): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InspectorOptionError(`${option}: expected a whole number of at least 1, got ${String(value)}.`);
}

/** Keys, quotes, numbers and commas of a record. */
const frame = 220;

/** About how long a record is as JSON; texts are measured, the rest is estimated from above. */
function weigh(record: InspectorRecord): number {
  switch (record.kind) {
    case 'transition': {
      let bytes = frame + record.actor.length + weighValue(record.from) + weighValue(record.to);
      bytes += weighEvent(record.event) + (record.context === null ? 0 : weighJson(record.context));
      for (const action of record.actions) bytes += action.length + 3;
      for (const step of record.microsteps) bytes += weighStep(step);
      return bytes;
    }
    case 'started':
      return 2 * frame + weighValue(record.value) + weighJson(record.context) + weighJson(record.input);
    case 'ended':
      return frame + weighJson(record.output);
    case 'undelivered':
      return frame + weighEvent(record.event);
    case 'signal':
      return frame + weighJson(record.measurements) + weighJson(record.metadata);
  }
}

function weighStep({ event, transitions, to }: Microstep): number {
  let bytes = 40 + event.length + weighValue(to);
  for (const id of transitions) bytes += id.length + 3;
  return bytes;
}

function weighEvent({ type, fields }: { readonly type: string; readonly fields?: JsonObject }): number {
  return type.length + (fields === undefined ? 0 : 12 + weighJson(fields));
}

function weighValue(value: Value): number {
  if (typeof value === 'string') return value.length + 2;
  return value === null ? 4 : weighJson(value);
}

function weighJson(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 20;
  let bytes = 2;
  for (const key of Object.keys(value)) bytes += key.length + 4 + weighJson(Reflect.get(value, key));
  return bytes;
}
