import type { DeadLetterFilter, PruneRequest } from 'holdfast';
import { indexName } from './names.ts';
import type { Cell, Table } from './records.ts';
import { type LetterPlace, unprunedState } from './requests.ts';
import type { SqlDatabase, Statement } from './SqlDatabase.ts';

/** Every statement answers with a row's short name or state first, and its data second. */
type Names = Pick<SqlDatabase, 'nameOf'>;

export function allInstances(names: Names): Statement {
  return { sql: `SELECT id, data FROM ${names.nameOf('instances')}`, params: [] };
}

export function outboxOf(names: Names, instance: string): Statement {
  const sql = `SELECT id, data FROM ${names.nameOf('outbox')} WHERE instance = ? ORDER BY sequence, id`;
  return { sql, params: [instance] };
}

/** The newest first. */
export function newest(
  names: Names,
  table: 'keys' | 'handled',
  { instance, count }: { readonly instance: string; readonly count: number },
): Statement {
  const sql = `SELECT id, data FROM ${names.nameOf(table)} WHERE instance = ? ORDER BY at_ms DESC, id DESC LIMIT ?`;
  return { sql, params: [instance, count] };
}

export function singlesOf(names: Names, instance: string): Statement {
  return { sql: `SELECT id, data FROM ${names.nameOf('singles')} WHERE instance = ?`, params: [instance] };
}

export function keyOf(names: Names, instance: string, id: string): Statement {
  return { sql: `SELECT id, data FROM ${names.nameOf('keys')} WHERE instance = ? AND id = ?`, params: [instance, id] };
}

export function letterOf(names: Names, instance: string, id: string): Statement {
  const sql = `SELECT state, data FROM ${names.nameOf('letters')} WHERE instance = ? AND id = ?`;
  return { sql, params: [instance, id] };
}

/** After state and data: the letter's place. */
export function lettersLike(
  names: Names,
  filter: DeadLetterFilter,
  { count, after }: { readonly count: number; readonly after: LetterPlace | undefined },
): Statement {
  const { conditions, params } = conditionsOf(filter);
  if (after) {
    conditions.push('(at_ms, instance, id) < (?, ?, ?)');
    params.push(...after);
  }
  const sql =
    `SELECT state, data, at_ms, instance, id FROM ${names.nameOf('letters')}${whereOf(conditions)} ` +
    'ORDER BY at_ms DESC, instance DESC, id DESC LIMIT ?';
  return { sql, params: [...params, count] };
}

export function lettersCounted(names: Names, filter: DeadLetterFilter): Statement {
  const { conditions, params } = conditionsOf(filter);
  return { sql: `SELECT CAST(count(*) AS INTEGER) FROM ${names.nameOf('letters')}${whereOf(conditions)}`, params };
}

export function pruning(
  names: Names,
  request: PruneRequest,
): { readonly table: Table; readonly statement: Statement }[] {
  const { keysBeforeMs, keepKeys, handledBeforeMs, keepHandled, deadLettersBeforeMs, keepDeadLetters } = request;
  return [
    ...pruningOf(names, 'keys', { beforeMs: keysBeforeMs, keep: keepKeys }),
    ...pruningOf(names, 'handled', { beforeMs: handledBeforeMs, keep: keepHandled }),
    ...pruningOf(names, 'letters', { beforeMs: deadLettersBeforeMs, keep: keepDeadLetters }),
  ];
}

function pruningOf(
  names: Names,
  table: 'keys' | 'handled' | 'letters',
  { beforeMs, keep }: { readonly beforeMs: number | undefined; readonly keep: number | undefined },
): { readonly table: Table; readonly statement: Statement }[] {
  const name = names.nameOf(table);
  const mayGo = table === 'letters' ? `state <> '${unprunedState}'` : '1 = 1';
  const ranked =
    'SELECT instance, id, row_number() OVER (PARTITION BY instance ORDER BY at_ms DESC, id DESC) AS place ' +
    `FROM ${name} WHERE ${mayGo}`;
  const old = { sql: `DELETE FROM ${name} WHERE ${mayGo} AND at_ms < ?`, params: [beforeMs ?? 0] };
  const surplus = {
    sql: `DELETE FROM ${name} WHERE (instance, id) IN (SELECT instance, id FROM (${ranked}) AS ranked WHERE place > ?)`,
    params: [keep ?? 0],
  };
  return [
    ...(beforeMs === undefined ? [] : [{ table, statement: old }]),
    ...(keep === undefined ? [] : [{ table, statement: surplus }]),
  ];
}

function conditionsOf(filter: DeadLetterFilter): { readonly conditions: string[]; readonly params: Cell[] } {
  const { instanceId, direction, state, conversation, beforeMs, sinceMs } = filter;
  const all: readonly (readonly [condition: string, param: Cell | undefined])[] = [
    ['instance = ?', instanceId === undefined ? undefined : indexName(instanceId)],
    ['direction = ?', direction],
    ['state = ?', state],
    ['conversation = ?', conversation === undefined ? undefined : indexName(conversation)],
    ['at_ms < ?', beforeMs],
    ['at_ms >= ?', sinceMs],
  ];
  const given = all.flatMap(([condition, param]) => (param === undefined ? [] : [{ condition, param }]));
  return { conditions: given.map(({ condition }) => condition), params: given.map(({ param }) => param) };
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}
