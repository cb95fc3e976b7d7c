import { createMachine } from 'xstate';
import { ChartBook, type ChartEntry } from '../../ChartBook.ts';
import type { ChartDescription } from '../../chartOf.ts';
import { clipName, type Redaction } from '../../redaction/Redaction.ts';
import { isObject } from '../../session/check.ts';

/** Longer definitions are of no use to anybody who looks at a chart. Characters. */
const longestDefinition = 512 * 1024;
const mostStates = 2_000;
const mostTransitions = 10_000;
const prefix = 'apps/';

/** The charts of apps' machines, made of what they tell of them. */
export class AppCharts {
  readonly #book: ChartBook;

  constructor(redaction: Redaction) {
    this.#book = new ChartBook(redaction);
  }

  /** For one more actor. Undefined where there is no machine, or none that can be read. */
  use(definition: string | undefined): ChartEntry | undefined {
    if (definition === undefined || definition.length > longestDefinition) return undefined;
    try {
      const config: unknown = JSON.parse(definition);
      if (!isObject(config) || !('states' in config || 'on' in config)) return undefined;
      const entry = this.#book.use(createMachine(config));
      if (entry === undefined || isShowable(entry.chart)) return entry;
      this.#book.release(entry);
      return undefined;
    } catch {
      return undefined; // XState refuses a target that does not exist.
    }
  }

  release(entry: ChartEntry): void {
    this.#book.release(entry);
  }

  get(key: string): ChartDescription | undefined {
    return key.startsWith(prefix) ? this.#book.get(key.slice(prefix.length)) : undefined;
  }

  keyOf({ key }: ChartEntry): string {
    return prefix + key;
  }

  toJSON(): Readonly<Record<string, ChartDescription>> {
    return Object.fromEntries(Object.entries(this.#book.toJSON()).map(([key, chart]) => [prefix + key, chart]));
  }
}

/** Names are names: what is longer than one may be anything. */
function isShowable({ states, transitions }: ChartDescription): boolean {
  if (states.length > mostStates || transitions.length > mostTransitions) return false;
  return states.every(({ name, id }) => clipName(name) === name && clipName(id) === id);
}
