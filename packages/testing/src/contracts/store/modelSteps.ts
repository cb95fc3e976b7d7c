import type { Arbitrary, JsonValue } from 'fast-check';
import type { DeadLetterState, PruneRequest, StoreChange } from 'holdfast';
import type { FastCheck } from '../../loadFastCheck.ts';
import { entry, inboundLetter, letter, putEntry, putHandled, putKey, putLetter } from './samples.ts';

/** Handed in, because it is there only where its user has installed it. */

/**
 * What is done to a store and to its model. Times are a number that the store has not seen before, because nothing is
 * promised about the order of what happened at one time.
 */
export type Step =
  | { readonly do: 'commit together'; readonly commits: readonly (readonly Draft[])[] }
  | { readonly do: 'prune'; readonly request: PruneRequest }
  | { readonly do: 'read' }
  | { readonly do: 'reopen' };

type Draft = (time: number) => StoreChange;

export function stepOf(fc: FastCheck): Arbitrary<Step> {
  const number = fc.integer({ min: 0, max: 4 });
  const draft = draftOf(fc);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('commit together' as const),
        commits: fc.array(fc.array(draft, { maxLength: 6 }), { minLength: 1, maxLength: 5 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('prune' as const),
        request: fc.record(
          { keepKeys: number, handledBeforeMs: fc.nat(60), keepDeadLetters: number },
          { requiredKeys: [] },
        ),
      }),
    },
    { weight: 2, arbitrary: fc.constant<Step>({ do: 'read' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'reopen' }) },
  );
}

function draftOf(fc: FastCheck): Arbitrary<Draft> {
  const instanceId = fc.constantFrom('a', 'b', 'ä/\0');
  const number = fc.integer({ min: 0, max: 4 });
  const state = fc.constantFrom<DeadLetterState>('dead', 'replaying', 'archived');
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(instanceId, number, number).map(([id, job, attempts]) => putJob(id, job, attempts)),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(instanceId, number)
        .map(([id, job]) => always({ type: 'outbox.remove', instanceId: id, jobId: `job-${job}` })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(instanceId, number).map(
        ([id, key]): Draft =>
          (time) =>
            putKey(id, key, time),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(instanceId, number).map(
        ([id, message]): Draft =>
          (time) =>
            putHandled(id, message, time),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(instanceId, fc.jsonValue())
        .map(([id, cursor]) => always({ type: 'cursor.put', instanceId: id, cursor: plain(cursor) })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(instanceId, number)
        .map(([id, version]) =>
          always({ type: 'snapshot.put', instanceId: id, snapshot: { value: version, version } }),
        ),
    },
    { weight: 1, arbitrary: instanceId.map((id) => always({ type: 'snapshot.remove', instanceId: id })) },
    {
      weight: 3,
      arbitrary: fc.tuple(instanceId, number, state).map(
        ([id, item, as]): Draft =>
          (time) =>
            putLetter(id, letter(item, { atMs: time, state: as })),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(instanceId, number).map(
        ([id, item]): Draft =>
          (time) =>
            putLetter(id, { ...inboundLetter(item), atMs: time }),
      ),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(instanceId, number, state)
        .map(([id, item, as]) => always({ type: 'deadLetter.mark', instanceId: id, id: `letter-${item}`, state: as })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(instanceId, number)
        .map(([id, item]) => always({ type: 'deadLetter.remove', instanceId: id, id: `letter-${item}` })),
    },
    { weight: 1, arbitrary: instanceId.map((id) => always({ type: 'instance.forget', instanceId: id })) },
  );
}

function putJob(id: string, job: number, attempts: number): Draft {
  return (time) => putEntry(id, entry(job, { sequence: time, attempts }));
}

function always(change: StoreChange): Draft {
  return () => change;
}

/** As JSON has it: without -0. */
function plain(value: JsonValue): null | string | number | boolean {
  const text = JSON.stringify(value);
  return typeof value === 'object' ? text : JSON.parse(text);
}
