import type { DeadLetterState } from 'holdfast';
import { columns, type Row, type Table, type Write } from './records.ts';

/** The name of a row: of its instance, and its own. */
export type RowName = readonly [instance: string, id: string];

/** What a set of changes comes to, in steps of which each concerns many rows and no row twice. */
export interface Steps {
  readonly forget: readonly string[];
  readonly remove: ReadonlyMap<Table, readonly RowName[]>;
  readonly put: ReadonlyMap<Table, readonly Row[]>;
  readonly mark: readonly (readonly [...RowName, DeadLetterState])[];
}

type RowWrite = Exclude<Write, { kind: 'forget' }>;

/**
 * Sums up writes: for each row only the last one counts, and an instance that is forgotten takes what was written before it
 * along. Steps may then be done in one order: forget, remove, put, mark.
 */
export class ChangeSet {
  readonly #forgotten = new Set<string>();
  /** By table, then by row, in the order in which the rows were first named. */
  readonly #writes = new Map<Table, Map<string, RowWrite>>();

  constructor(writes: readonly Write[]) {
    for (const write of writes) this.#add(write);
  }

  steps(): Steps {
    const remove = new Map<Table, RowName[]>();
    const put = new Map<Table, Row[]>();
    const mark: [...RowName, DeadLetterState][] = [];
    for (const [table, writes] of this.#writes) {
      for (const write of writes.values()) {
        if (write.kind === 'put') listOf(put, table).push(write.row);
        else if (write.kind === 'remove') listOf(remove, table).push([write.instance, write.id]);
        else mark.push([write.instance, write.id, write.state]);
      }
    }
    return { forget: [...this.#forgotten], remove, put, mark };
  }

  #add(write: Write): void {
    if (write.kind === 'forget') return this.#forget(write.instance);
    const table = write.kind === 'mark' ? 'letters' : write.table;
    let rows = this.#writes.get(table);
    if (rows === undefined) {
      rows = new Map();
      this.#writes.set(table, rows);
    }
    // Names in an index hold no line break.
    const name = `${write.instance}\n${write.id}`;
    const earlier = rows.get(name);
    rows.set(name, write.kind === 'mark' && earlier ? marked(earlier, write) : write);
  }

  #forget(instance: string): void {
    this.#forgotten.add(instance);
    for (const rows of this.#writes.values()) {
      for (const [name, write] of rows) if (write.instance === instance) rows.delete(name);
    }
  }
}

const stateColumn = columns.letters.indexOf('state');

/** What a row comes to when it is marked after an earlier write: one that was removed stays removed. */
function marked(earlier: RowWrite, mark: Extract<Write, { kind: 'mark' }>): RowWrite {
  switch (earlier.kind) {
    case 'put':
      return { ...earlier, row: earlier.row.with(stateColumn, mark.state) };
    case 'remove':
      return earlier;
    case 'mark':
      return mark;
  }
}

function listOf<Item>(lists: Map<Table, Item[]>, table: Table): Item[] {
  const list = lists.get(table) ?? [];
  lists.set(table, list);
  return list;
}
