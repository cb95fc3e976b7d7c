import { describe, expect, it } from 'vitest';
import { ContractBrokenError, channelContract } from '../../src/contracts/index.ts';
import { callMutants, closeMutants } from './linkMutants.ts';
import { classifyMutants, connectMutants, linksMutants, secretMutants, shapeMutants } from './mutants.ts';
import { scriptedSubject, secret } from './scriptedSubject.ts';

const mutants = [
  ...shapeMutants,
  ...connectMutants,
  ...callMutants,
  ...closeMutants,
  ...linksMutants,
  ...classifyMutants,
  ...secretMutants,
];
const quick = { deadlineMs: 250, graceMs: 20 } as const;

describe('a channel', () => {
  it.each(mutants)('that $defect is caught by the fact "$caughtBy"', async ({ caughtBy, mutate }) => {
    const makeSubject = () => {
      const good = scriptedSubject();
      return { ...good, adapter: mutate(good.adapter) };
    };
    const fact = channelContract(makeSubject, quick).find(({ title }) => title === caughtBy);
    const outcome = await fact?.run().then(
      () => 'held',
      (error: unknown) => error,
    );
    expect(outcome).toBeInstanceOf(ContractBrokenError);
    expect(String(outcome)).not.toContain(secret);
  });

  it('without a defect is caught by none of these facts', async () => {
    const facts = channelContract(() => scriptedSubject(), quick);
    for (const { caughtBy } of mutants) await facts.find(({ title }) => title === caughtBy)?.run();
  });
});

describe('the facts', () => {
  const facts = channelContract(() => scriptedSubject());

  it('have titles that tell them apart', () => {
    expect(new Set(facts.map(({ title }) => title)).size).toBe(facts.length);
  });

  it('that cannot be asked say why, and are broken when they are run all the same', async () => {
    const silent = channelContract(() => ({ ...scriptedSubject(), peer: {} }));
    const [skipped] = silent.filter(({ skip }) => skip !== undefined);
    expect(skipped?.skip).toContain("the subject's peer has no requests()");
    await expect(skipped?.run()).rejects.toThrow(ContractBrokenError);
  });

  it('start nothing before they are run, and take away what they have started, also when they are broken', async () => {
    const log: string[] = [];
    const makeSubject = () => ({
      ...scriptedSubject(),
      open: async () => void log.push('open'),
      dispose: async () => void log.push('dispose'),
      badCredentials: { token: secret },
    });
    const [broken] = channelContract(makeSubject, quick).filter(({ title }) => title.startsWith('wrong credentials'));
    expect(log).toEqual([]);
    await expect(broken?.run()).rejects.toThrow('expected a rejection, and it resolved');
    expect(log).toEqual(['open', 'dispose']);
  });
});
