import { eventName, nameOf, pathOf } from './describe.ts';
import type { Model, ModelActor } from './Model.ts';

/** An event on its way: from a column to a column. */
export interface Message {
  readonly number: number;
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly event: string;
  /** Where the receiver went; empty where it stayed. */
  readonly became: string;
  readonly isIgnored: boolean;
}

export interface Sequence {
  /** Who takes part, from left to right. The first is everything outside. */
  readonly columns: readonly string[];
  readonly messages: readonly Message[];
  /** Messages before these that are not listed. */
  readonly earlier: number;
}

/** The last `most` events between an actor's family and the outside, up to a moment. */
export function sequenceOf(
  model: Model,
  actor: ModelActor,
  { moment, most }: { readonly moment: number | null; readonly most: number },
): Sequence {
  const family = model.family(actor.identity.system);
  const numbers = family
    .flatMap(({ entries }) => entries)
    .filter((number) => (moment === null || number <= moment) && isMessage(model, number))
    .sort((one, other) => one - other);
  const shown = numbers.slice(-most);
  const taking = new Set(shown.flatMap((number) => endsOf(model, number)));
  const members = family.filter(({ identity }) => taking.has(identity.actor));
  // Workers come and go under one name: that is one column.
  const names = new Map(members.map((member) => [member.identity.actor, nameOf(member)]));
  const columns = ['outside', ...new Set(names.values())];
  const columnOf = (name: string | null): number => Math.max(0, columns.indexOf(names.get(name ?? '') ?? 'outside'));
  const messages = shown.flatMap((number): readonly Message[] => {
    const record = model.entry(number);
    if (record?.kind !== 'transition' && record?.kind !== 'undelivered') return [];
    const became = record.kind === 'transition' && pathOf(record.from) !== pathOf(record.to) ? pathOf(record.to) : '';
    const isIgnored = record.kind === 'undelivered' || record.ignored !== null;
    const [from, to] = [columnOf(record.source), columnOf(record.actor)];
    return [{ number, atMs: record.atMs, from, to, event: eventName(record.event.type), became, isIgnored }];
  });
  return { columns, messages, earlier: numbers.length - shown.length };
}

function isMessage(model: Model, number: number): boolean {
  const kind = model.entry(number)?.kind;
  return kind === 'transition' || kind === 'undelivered';
}

function endsOf(model: Model, number: number): readonly string[] {
  const record = model.entry(number);
  if (record?.kind !== 'transition' && record?.kind !== 'undelivered') return [];
  return record.source === null ? [record.actor] : [record.actor, record.source];
}
