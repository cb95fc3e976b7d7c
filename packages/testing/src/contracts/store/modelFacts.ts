import { loadFastCheck } from '../../loadFastCheck.ts';
import { ContractBrokenError } from '../ContractBrokenError.ts';
import { expect } from './expectation.ts';
import { type Step, stepOf } from './modelSteps.ts';
import { fact, type StoreFact, type StoreTrial } from './StoreFact.ts';
import { contentOf, StoreModel } from './StoreModel.ts';

const runs = 60;

const needsFastCheck =
  'The fact that compares a store with a model needs fast-check, and it cannot be loaded. Install it ' +
  "(npm install --save-dev fast-check), or leave out the facts of the group 'against a model'.";

export const modelFacts: readonly StoreFact[] = [
  fact('whatever is committed, pruned and reopened, it holds what a plain list of it would hold', async (subject) => {
    const fc = await loadFastCheck();
    if (fc === undefined) throw new ContractBrokenError(needsFastCheck);
    const steps = fc.array(stepOf(fc), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, (all) => compare(subject, all)),
      { numRuns: runs },
    );
  }),
];

async function compare(subject: StoreTrial, steps: readonly Step[]): Promise<void> {
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
}
