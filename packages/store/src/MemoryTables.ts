import type { DeadLetterState } from 'holdfast';
import { columns, type Row, type Table, type Write } from './records.ts';
import { unprunedState } from './requests.ts';

type OrderedTable = 'keys' | 'handled' | 'letters';

/** Rows in memory: by table, by instance, by their own name. */
export class MemoryTables {
  readonly #tables = new Map<Table, Map<string, Map<string, Row>>>();

  /** Must not fail: what it is handed is checked. */
  apply(writes: readonly Write[]): void {
    for (const write of writes) {
      switch (write.kind) {
        case 'put':
          this.#rows(write.table, write.instance).set(write.id, write.row);
          break;
        case 'remove':
          this.#rows(write.table, write.instance).delete(write.id);
          break;
        case 'mark':
          this.#mark(write.instance, write.id, write.state);
          break;
        case 'forget':
          for (const instances of this.#tables.values()) instances.delete(write.instance);
          break;
      }
    }
  }

  row(table: Table, instance: string, id: string): Row | undefined {
    return this.#tables.get(table)?.get(instance)?.get(id);
  }

  /** Of one instance, or of all. */
  rowsOf(table: Table, instance?: string): Row[] {
    const instances = this.#tables.get(table);
    if (instance !== undefined) return [...(instances?.get(instance)?.values() ?? [])];
    return [...(instances?.values() ?? [])].flatMap((rows) => [...rows.values()]);
  }

  /** The newest so many, the oldest of them first. */
  newest(table: OrderedTable, instance: string, count: number): Row[] {
    const rows = this.rowsOf(table, instance).sort(comparePlaces);
    return rows.slice(Math.max(0, rows.length - count));
  }

  /** How many rows it has taken out. */
  prune(
    table: OrderedTable,
    { beforeMs, keep }: { readonly beforeMs: number | undefined; readonly keep: number | undefined },
  ): number {
    let pruned = 0;
    for (const rows of this.#tables.get(table)?.values() ?? []) {
      const mayGo = [...rows.values()].filter((row) => table !== 'letters' || row[stateIndex] !== unprunedState);
      const young = mayGo.filter((row) => beforeMs === undefined || placeOf(row)[0] >= beforeMs).sort(comparePlaces);
      const kept = new Set(keep === undefined ? young : young.slice(Math.max(0, young.length - keep)));
      for (const row of mayGo) if (!kept.has(row)) rows.delete(placeOf(row)[2]);
      pruned += mayGo.length - kept.size;
    }
    return pruned;
  }

  #mark(instance: string, id: string, state: DeadLetterState): void {
    const row = this.row('letters', instance, id);
    if (row) this.#rows('letters', instance).set(id, row.with(stateIndex, state));
  }

  #rows(table: Table, instance: string): Map<string, Row> {
    const instances = this.#tables.get(table) ?? new Map<string, Map<string, Row>>();
    this.#tables.set(table, instances);
    const rows = instances.get(instance) ?? new Map<string, Row>();
    instances.set(instance, rows);
    return rows;
  }
}

const stateIndex = columns.letters.indexOf('state');

/** Where a row stands among others of its table, if the table has an order: by the number in it, then by its names. */
export function placeOf([instance, id, order]: Row): readonly [order: number, instance: string, id: string] {
  return [Number(order), String(instance), String(id)];
}

export function comparePlaces(a: Row, b: Row): number {
  const [orderA, instanceA, idA] = placeOf(a);
  const [orderB, instanceB, idB] = placeOf(b);
  return orderA - orderB || compare(instanceA, instanceB) || compare(idA, idB);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
