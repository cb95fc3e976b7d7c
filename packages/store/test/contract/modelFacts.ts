import fc from 'fast-check';
import type { DeadLetterState, PruneRequest, StoreChange } from 'holdfast';
import { expect, it } from 'vitest';
import { contentOf, StoreModel } from './StoreModel.ts';
import type { Subject } from './StorePlace.ts';
import { entry, inboundLetter, letter, putEntry, putHandled, putKey, putLetter } from './samples.ts';

/**
 * What is done to a store and to its model. Times are a number that the store has not seen before, because nothing is
 * promised about the order of what happened at one time.
 */
type Step =
  | { readonly do: 'commit together'; readonly commits: readonly (readonly Draft[])[] }
  | { readonly do: 'prune'; readonly request: PruneRequest }
  | { readonly do: 'read' }
  | { readonly do: 'reopen' };

type Draft = (time: number) => StoreChange;

const instanceId = fc.constantFrom('a', 'b', 'ä/\0');
const number = fc.integer({ min: 0, max: 4 });
const state = fc.constantFrom<DeadLetterState>('dead', 'replaying', 'archived');

const draft: fc.Arbitrary<Draft> = fc.oneof(
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
      .map(([id, version]) => always({ type: 'snapshot.put', instanceId: id, snapshot: { value: version, version } })),
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

const step: fc.Arbitrary<Step> = fc.oneof(
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

export function modelFacts(subject: Subject): void {
  it('whatever is committed, pruned and reopened, it holds what a plain list of it would hold', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const known = await subject.store.instances();
      await subject.store.commit(known.map((id) => ({ type: 'instance.forget', instanceId: id })));
      const model = new StoreModel();
      let time = 0;
      const tick = (): number => {
        time += 1;
        return time;
      };
      for (const one of steps) {
        if (one.do === 'commit together') {
          const commits = one.commits.map((drafts) => drafts.map((change) => change(tick())));
          for (const changes of commits) model.commit(changes);
          await Promise.all(commits.map((changes) => subject.store.commit(changes)));
        } else if (one.do === 'prune') {
          model.prune(one.request);
          await subject.store.prune(one.request);
        } else if (one.do === 'reopen') await subject.reopen();
        else expect(await contentOf(subject.store)).toEqual(model.content());
      }
      expect(await contentOf(await subject.reopen())).toEqual(model.content());
    });
    await fc.assert(property, { numRuns: 60 });
  }, 60_000);
}

function putJob(id: string, job: number, attempts: number): Draft {
  return (time) => putEntry(id, entry(job, { sequence: time, attempts }));
}

function always(change: StoreChange): Draft {
  return () => change;
}

/** As JSON has it: without -0. */
function plain(value: fc.JsonValue): null | string | number | boolean {
  const text = JSON.stringify(value);
  return typeof value === 'object' ? text : JSON.parse(text);
}
