import {
  type DeadLetterState,
  type InputProblem,
  InvalidInputError,
  type OutboxEntry,
  type Receipt,
  type StoreChange,
  type StoredDeadLetter,
  type StoredSnapshot,
} from 'holdfast';

/**
 * Changes as rows. A row begins with the names of its instance and of itself, ends with its data as JSON, and has between them
 * what the database filters and sorts by.
 */
export const columns = {
  instances: ['instance', 'id', 'data'],
  outbox: ['instance', 'id', 'sequence', 'data'],
  keys: ['instance', 'id', 'at_ms', 'data'],
  handled: ['instance', 'id', 'at_ms', 'data'],
  letters: ['instance', 'id', 'at_ms', 'direction', 'state', 'conversation', 'data'],
  /** What an instance has one of: its cursor, its snapshot. */
  singles: ['instance', 'id', 'data'],
} as const satisfies Record<string, readonly string[]>;

export type Table = keyof typeof columns;
export type Column = (typeof columns)[Table][number];
export type Cell = string | number;
export type Row = readonly Cell[];

/** One change, with everything checked and written out. */
export type Write =
  | { readonly kind: 'put'; readonly table: Table; readonly instance: string; readonly id: string; readonly row: Row }
  | { readonly kind: 'remove'; readonly table: Table; readonly instance: string; readonly id: string }
  | { readonly kind: 'mark'; readonly instance: string; readonly id: string; readonly state: DeadLetterState }
  | { readonly kind: 'forget'; readonly instance: string };

export interface KeyRecord {
  readonly key: string;
  readonly receipt: Receipt;
  readonly atMs: number;
}

/** What stands in `data`, by table. The state of a letter is in its column, and only there. */
export interface RecordOf {
  readonly instances: string;
  readonly outbox: OutboxEntry;
  readonly keys: KeyRecord;
  readonly handled: string;
  readonly letters: StoredDeadLetter;
  readonly cursor: StoredSnapshot['value'];
  readonly snapshot: StoredSnapshot;
}

/** How a store writes names into its index: `indexName`, or as they are. */
type NameForm = (name: string) => string;

/**
 * Writes changes out, so that nothing which happens to the values afterwards gets in.
 * @throws InvalidInputError when one of them cannot be stored as it is; then none should be.
 */
export function writesOf(changes: readonly StoreChange[], form: NameForm): Write[] {
  const problems: InputProblem[] = [];
  const writes = changes.flatMap((change, index) => {
    const fields = new Fields(String(index), form, problems);
    const write = writeOf(change, fields);
    return write.kind === 'put' ? [putInstance(change.instanceId, write.instance), write] : [write];
  });
  if (problems.length > 0) throw new InvalidInputError('changes', problems);
  return writes;
}

function putInstance(instanceId: string, instance: string): Write {
  return { kind: 'put', table: 'instances', instance, id: '', row: [instance, '', JSON.stringify(instanceId)] };
}

function writeOf(change: StoreChange, fields: Fields): Write {
  const instance = fields.name('instanceId', change.instanceId);
  switch (change.type) {
    case 'outbox.put': {
      const id = fields.name('entry.jobId', change.entry.jobId);
      return fields.put('outbox', [instance, id, fields.number('entry.sequence', change.entry.sequence)], change.entry);
    }
    case 'outbox.remove':
      return { kind: 'remove', table: 'outbox', instance, id: fields.name('jobId', change.jobId) };
    case 'key.put': {
      const { key, receipt, atMs } = change;
      return fields.put('keys', [instance, fields.name('key', key), fields.number('atMs', atMs)], {
        key,
        receipt,
        atMs,
      });
    }
    case 'cursor.put':
      return fields.put('singles', [instance, 'cursor'], change.cursor);
    case 'handled.put': {
      const id = fields.name('messageId', change.messageId);
      return fields.put('handled', [instance, id, fields.number('atMs', change.atMs)], change.messageId);
    }
    case 'deadLetter.put':
      return putLetter(change, instance, fields);
    case 'deadLetter.mark':
      fields.oneOf('state', states, change.state);
      return { kind: 'mark', instance, id: fields.name('id', change.id), state: change.state };
    case 'deadLetter.remove':
      return { kind: 'remove', table: 'letters', instance, id: fields.name('id', change.id) };
    case 'snapshot.put':
      return fields.put('singles', [instance, 'snapshot'], change.snapshot);
    case 'snapshot.remove':
      return { kind: 'remove', table: 'singles', instance, id: 'snapshot' };
    case 'instance.forget':
      return { kind: 'forget', instance };
    default:
      return fields.refuse('type', 'a type of StoreChange', change);
  }
}

function putLetter(
  { instanceId, letter }: Extract<StoreChange, { type: 'deadLetter.put' }>,
  instance: string,
  fields: Fields,
): Write {
  const { id, atMs, direction, state, conversation, ...rest } = letter;
  fields.oneOf('letter.direction', ['inbound', 'outbound'], direction);
  fields.oneOf('letter.state', states, state);
  const keys = [instance, fields.name('letter.id', id), fields.number('letter.atMs', atMs), direction, state];
  const data = { instanceId, id, atMs, direction, conversation, ...rest };
  return fields.put('letters', [...keys, fields.name('letter.conversation', conversation)], data);
}

const states: readonly DeadLetterState[] = ['dead', 'replaying', 'archived'];

/** Reads the fields of one change, and notes what is wrong with them. */
class Fields {
  readonly #path: string;
  readonly #form: NameForm;
  readonly #problems: InputProblem[];

  constructor(path: string, form: NameForm, problems: InputProblem[]) {
    this.#path = path;
    this.#form = form;
    this.#problems = problems;
  }

  name(field: string, value: unknown): string {
    if (typeof value === 'string') return this.#form(value);
    this.#note(field, 'a string', describe(value));
    return '';
  }

  number(field: string, value: unknown): number {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    this.#note(field, 'a finite number', describe(value));
    return 0;
  }

  oneOf(field: string, allowed: readonly string[], value: string): void {
    if (!allowed.includes(value)) this.#note(field, `one of ${allowed.join(', ')}`, 'something else');
  }

  put(table: Table, keys: Row, data: unknown): Write {
    const [instance = '', id = ''] = keys;
    return { kind: 'put', table, instance: String(instance), id: String(id), row: [...keys, this.#json(data)] };
  }

  refuse(field: string, expected: string, value: unknown): Write {
    this.#note(field, expected, describe(value));
    return { kind: 'forget', instance: '' };
  }

  #json(data: unknown): string {
    try {
      const text: string | undefined = JSON.stringify(data);
      if (text !== undefined) return text;
      this.#note('', 'JSON', describe(data));
    } catch (error) {
      this.#note('', 'JSON', error instanceof Error ? `something else (${error.name})` : 'something else');
    }
    return 'null';
  }

  #note(field: string, expected: string, received: string): void {
    this.#problems.push({ path: field === '' ? this.#path : `${this.#path}.${field}`, expected, received });
  }
}

function describe(value: unknown): string {
  return typeof value === 'number' ? String(value) : value === null ? 'null' : typeof value;
}
