import type {
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterReader,
  LoadLimits,
  PruneCounts,
  PruneRequest,
  Receipt,
  Store,
  StoreChange,
  StoredDeadLetter,
  StoredInstance,
} from 'holdfast';
import { StoreClosedError } from './errors.ts';
import { comparePlaces, MemoryTables, placeOf } from './MemoryTables.ts';
import { columns, type RecordOf, type Row, writesOf } from './records.ts';
import {
  checkLoadLimits,
  checkPruneRequest,
  cursorOf,
  type LetterPlace,
  resolveLetterQuery,
  stateOf,
} from './requests.ts';

/**
 * The store without a disk. It holds what a database would hold, written out, so that an app behaves with it as it will with a
 * durable one; everything is gone with the process.
 */
export class MemoryStore implements Store {
  readonly deadLetters: DeadLetterReader;
  readonly #tables = new MemoryTables();
  #isClosed = false;

  constructor() {
    this.deadLetters = {
      list: async (query = {}) => this.#listLetters(query),
      get: async (instanceId, id) => {
        const row = this.#open().row('letters', instanceId, id);
        return row ? letterOf(row) : null;
      },
      count: async (filter = {}) => this.#lettersLike(filter).length,
    };
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    const writes = writesOf(changes, (name) => name);
    this.#open().apply(writes);
  }

  async instances(): Promise<string[]> {
    return this.#open()
      .rowsOf('instances')
      .map((row) => read('instances', row))
      .sort();
  }

  async load(instanceId: string, limits: LoadLimits): Promise<StoredInstance> {
    checkLoadLimits(limits);
    const tables = this.#open();
    const cursor = tables.row('singles', instanceId, 'cursor');
    const snapshot = tables.row('singles', instanceId, 'snapshot');
    return {
      outbox: tables
        .rowsOf('outbox', instanceId)
        .sort(comparePlaces)
        .map((row) => read('outbox', row)),
      keys: tables.newest('keys', instanceId, limits.keys).map((row) => read('keys', row)),
      handled: tables.newest('handled', instanceId, limits.handled).map((row) => read('handled', row)),
      cursor: cursor ? read('cursor', cursor) : null,
      snapshot: snapshot ? read('snapshot', snapshot) : null,
    };
  }

  async receipt(instanceId: string, key: string): Promise<Receipt | null> {
    const row = this.#open().row('keys', instanceId, key);
    return row ? read('keys', row).receipt : null;
  }

  async prune(request: PruneRequest): Promise<PruneCounts> {
    checkPruneRequest(request);
    const tables = this.#open();
    return {
      keys: tables.prune('keys', { beforeMs: request.keysBeforeMs, keep: request.keepKeys }),
      handled: tables.prune('handled', { beforeMs: request.handledBeforeMs, keep: request.keepHandled }),
      deadLetters: tables.prune('letters', { beforeMs: request.deadLettersBeforeMs, keep: request.keepDeadLetters }),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(): MemoryTables {
    if (this.#isClosed) throw new StoreClosedError();
    return this.#tables;
  }

  #listLetters(query: DeadLetterQuery): DeadLetterPage {
    const { limit, after } = resolveLetterQuery(query);
    const rows = this.#lettersLike(query).sort((a, b) => comparePlaces(b, a));
    const begin = after ? rows.findIndex((row) => comparePlaces(row, placeRow(after)) < 0) : 0;
    const page = begin === -1 ? [] : rows.slice(begin, begin + limit);
    const last = begin !== -1 && rows.length > begin + limit ? page.at(-1) : undefined;
    return { letters: page.map(letterOf), next: last ? cursorOf(placeOf(last)) : null };
  }

  #lettersLike(filter: DeadLetterFilter): Row[] {
    const { direction, state, conversation, beforeMs, sinceMs } = filter;
    const wanted = Object.entries({ direction, state, conversation }).filter(([, value]) => value !== undefined);
    return this.#open()
      .rowsOf('letters', filter.instanceId)
      .filter((row) => {
        const [atMs] = placeOf(row);
        if (beforeMs !== undefined && atMs >= beforeMs) return false;
        if (sinceMs !== undefined && atMs < sinceMs) return false;
        return wanted.every(([name, value]) => row[letterColumns.indexOf(name)] === value);
      });
  }
}

const letterColumns: readonly string[] = columns.letters;

function read<Kind extends keyof RecordOf>(_kind: Kind, row: Row): RecordOf[Kind] {
  const record: RecordOf[Kind] = JSON.parse(String(row.at(-1)));
  return record;
}

function letterOf(row: Row): StoredDeadLetter {
  return { ...read('letters', row), state: stateOf(row[letterColumns.indexOf('state')]) };
}

function placeRow([atMs, instance, id]: LetterPlace): Row {
  return [instance, id, atMs];
}
