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
import { ChangeSet } from './ChangeSet.ts';
import { StoreCorruptError } from './errors.ts';
import { indexName } from './names.ts';
import { type RecordOf, type Row, writesOf } from './records.ts';
import { checkLoadLimits, checkPruneRequest, cursorOf, resolveLetterQuery, stateOf } from './requests.ts';
import type { SqlDatabase, Statement } from './SqlDatabase.ts';
import * as statements from './statements.ts';
import { WorkQueue } from './WorkQueue.ts';

/** The store on a database: checks and writes out what comes in, and reads back what is there. */
export class SqlStore implements Store {
  readonly deadLetters: DeadLetterReader;
  readonly #database: SqlDatabase;
  readonly #queue: WorkQueue;
  #closed: Promise<void> | undefined;

  constructor(database: SqlDatabase) {
    this.#database = database;
    this.#queue = new WorkQueue((writes) => database.write(new ChangeSet(writes).steps()));
    this.deadLetters = {
      list: (query = {}) => this.#listLetters(query),
      get: (instanceId, id) => this.#getLetter(instanceId, id),
      count: (filter = {}) => this.#countLetters(filter),
    };
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    const writes = writesOf(changes, indexName);
    return writes.length === 0 ? this.#queue.run(async () => undefined) : this.#queue.commit(writes);
  }

  async instances(): Promise<string[]> {
    const rows = await this.#query(statements.allInstances(this.#database));
    return rows.map((row) => this.#read('instances', row)).sort();
  }

  async load(instanceId: string, limits: LoadLimits): Promise<StoredInstance> {
    checkLoadLimits(limits);
    const instance = indexName(instanceId);
    const database = this.#database;
    return this.#queue.run(async () => {
      const outbox = await database.query(statements.outboxOf(database, instance));
      const keys = await database.query(statements.newest(database, 'keys', { instance, count: limits.keys }));
      const handled = await database.query(statements.newest(database, 'handled', { instance, count: limits.handled }));
      const singles = new Map(
        (await database.query(statements.singlesOf(database, instance))).map((row) => [row[0], row]),
      );
      const cursor = singles.get('cursor');
      const snapshot = singles.get('snapshot');
      return {
        outbox: outbox.map((row) => this.#read('outbox', row)),
        keys: keys.reverse().map((row) => this.#read('keys', row)),
        handled: handled.reverse().map((row) => this.#read('handled', row)),
        cursor: cursor ? this.#read('cursor', cursor) : null,
        snapshot: snapshot ? this.#read('snapshot', snapshot) : null,
      };
    });
  }

  async receipt(instanceId: string, key: string): Promise<Receipt | null> {
    const [row] = await this.#query(statements.keyOf(this.#database, indexName(instanceId), indexName(key)));
    return row ? this.#read('keys', row).receipt : null;
  }

  async prune(request: PruneRequest): Promise<PruneCounts> {
    checkPruneRequest(request);
    const work = statements.pruning(this.#database, request);
    const counts = await this.#queue.run(() => this.#database.change(work.map(({ statement }) => statement)));
    const sum = (table: string): number =>
      counts.reduce((total, count, index) => total + (work[index]?.table === table ? count : 0), 0);
    return { keys: sum('keys'), handled: sum('handled'), deadLetters: sum('letters') };
  }

  close(): Promise<void> {
    this.#closed ??= this.#queue.close(() => this.#database.close());
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #listLetters(query: DeadLetterQuery): Promise<DeadLetterPage> {
    const { limit, after } = resolveLetterQuery(query);
    // One more than asked for tells whether there is another page.
    const rows = await this.#query(statements.lettersLike(this.#database, query, { count: limit + 1, after }));
    const page = rows.slice(0, limit);
    const letters = page.map((row) => this.#readLetter(row));
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { letters, next: last ? cursorOf([Number(last[2]), String(last[3]), String(last[4])]) : null };
  }

  async #getLetter(instanceId: string, id: string): Promise<StoredDeadLetter | null> {
    const [row] = await this.#query(statements.letterOf(this.#database, indexName(instanceId), indexName(id)));
    return row ? this.#readLetter(row) : null;
  }

  async #countLetters(filter: DeadLetterFilter): Promise<number> {
    const [row] = await this.#query(statements.lettersCounted(this.#database, filter));
    return Number(row?.[0] ?? 0);
  }

  #query(statement: Statement): Promise<Row[]> {
    return this.#queue.run(() => this.#database.query(statement));
  }

  #readLetter(row: Row): StoredDeadLetter {
    const letter = this.#read('letters', row);
    return { ...letter, state: this.#whole('letters', () => stateOf(row[0])) };
  }

  /** The data of a row, which is in the column after its name. */
  #read<Kind extends keyof RecordOf>(kind: Kind, row: Row): RecordOf[Kind] {
    return this.#whole(kind, () => JSON.parse(String(row[1])));
  }

  #whole<Result>(kind: string, read: () => Result): Result {
    try {
      return read();
    } catch (cause) {
      throw new StoreCorruptError(this.#database.place, `a row of ${kind} holds no data of ours`, cause);
    }
  }
}
