import type { AnyStateMachine } from 'xstate';
import { type ChartDescription, chartOf } from './chartOf.ts';
import type { ActorRedaction, Redaction } from './redaction/Redaction.ts';

interface ReadChart {
  readonly chart: ChartDescription;
  readonly text: string;
}

export interface ChartEntry extends ReadChart {
  /** The machine's id; with a suffix where machines of one id differ. */
  readonly key: string;
  readonly redaction: ActorRedaction;
  /** How many actors that are known have this chart. */
  users: number;
}

/** The charts of the actors that are known: one for all machines that look the same. */
export class ChartBook {
  readonly #redaction: Redaction;
  readonly #read = new WeakMap<object, ReadChart>();
  readonly #byKey = new Map<string, ChartEntry>();
  readonly #byText = new Map<string, ChartEntry>();

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  /** For one more actor of the machine. Undefined of a machine that cannot be read. */
  use(machine: AnyStateMachine): ChartEntry | undefined {
    const read = this.#readOnce(machine);
    if (read === undefined) return undefined;
    const entry = this.#byText.get(read.text) ?? this.#add(read);
    entry.users += 1;
    return entry;
  }

  release(entry: ChartEntry): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#byKey.delete(entry.key);
    this.#byText.delete(entry.text);
  }

  get(key: string): ChartDescription | undefined {
    return this.#byKey.get(key)?.chart;
  }

  clear(): void {
    this.#byKey.clear();
    this.#byText.clear();
  }

  toJSON(): Readonly<Record<string, ChartDescription>> {
    return Object.fromEntries([...this.#byKey].map(([key, { chart }]) => [key, chart]));
  }

  #readOnce(machine: AnyStateMachine): ReadChart | undefined {
    const known = this.#read.get(machine.config);
    if (known) return known;
    try {
      const chart = chartOf(machine);
      const read = { chart, text: JSON.stringify(chart) };
      this.#read.set(machine.config, read);
      return read;
    } catch {
      return undefined;
    }
  }

  #add(read: ReadChart): ChartEntry {
    const { id } = read.chart;
    let key = id;
    for (let number = 2; this.#byKey.has(key); number += 1) key = `${id}#${number}`;
    const entry = { ...read, key, redaction: this.#redaction.for(read.chart), users: 0 };
    this.#byKey.set(key, entry);
    this.#byText.set(read.text, entry);
    return entry;
  }
}
