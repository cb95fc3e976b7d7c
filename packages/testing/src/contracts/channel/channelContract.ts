import { ContractBrokenError } from '../ContractBrokenError.ts';
import type { Fact } from '../Fact.ts';
import type { ChannelFact } from './ChannelFact.ts';
import type { ChannelContractOptions, ChannelSubject } from './ChannelSubject.ts';
import { classifyingFacts } from './classifyingFacts.ts';
import { closingFacts } from './closingFacts.ts';
import { connectingFacts } from './connectingFacts.ts';
import { probingFacts } from './probingFacts.ts';
import { readingFacts } from './readingFacts.ts';
import { schemaFacts } from './schemaFacts.ts';
import { secretFacts } from './secretFacts.ts';
import { sendingFacts } from './sendingFacts.ts';
import { shapeFacts } from './shapeFacts.ts';
import { Trial, type TrialTimes } from './Trial.ts';
import { twoLinkFacts } from './twoLinkFacts.ts';

const defaultDeadlineMs = 3_000;
const defaultGraceMs = 200;
/** A fact waits for several things, one after the other. */
const waitsOfOneFact = 6;

const groups = {
  'what it is': shapeFacts,
  schemas: schemaFacts,
  connecting: connectingFacts,
  probing: probingFacts,
  reading: readingFacts,
  sending: sendingFacts,
  closing: closingFacts,
  'several links': twoLinkFacts,
  classifying: classifyingFacts,
  secrets: secretFacts,
} as const satisfies Readonly<Record<string, readonly ChannelFact[]>>;

/**
 * What every `ChannelAdapter` and `Link` promises, as facts that any test runner can run:
 *
 *     describe('the contract of a channel', () => {
 *       for (const fact of channelContract(() => mySubject())) {
 *         test.skipIf(fact.skip !== undefined)(fact.title, fact.run, fact.timeoutMs);
 *       }
 *     });
 *
 * Each fact is put to a subject, and so to a peer, of its own. `makeSubject` is called once more now, to see what there is to ask; it
 * starts nothing (`open` does).
 */
export function channelContract(
  makeSubject: () => ChannelSubject,
  options: ChannelContractOptions = {},
): readonly Fact[] {
  const { deadlineMs = defaultDeadlineMs, graceMs = defaultGraceMs } = options;
  const probe = makeSubject();
  return Object.entries(groups).flatMap(([group, facts]) =>
    facts.map(({ title, needs, run }): Fact => {
      const skip = needs.map((need) => need(probe)).find((reason) => reason !== undefined);
      return {
        group,
        title,
        skip,
        timeoutMs: deadlineMs * (waitsOfOneFact + 2),
        run: async () => {
          if (skip !== undefined) throw new ContractBrokenError(`"${title}" cannot be asked: ${skip}. Skip it.`);
          await putToTest(makeSubject(), run, { deadlineMs, graceMs });
        },
      };
    }),
  );
}

async function putToTest(subject: ChannelSubject, run: ChannelFact['run'], times: TrialTimes): Promise<void> {
  const trial = new Trial(subject, times);
  try {
    await subject.open?.();
    await trial.within((async () => run(trial))(), 'the fact as a whole', times.deadlineMs * waitsOfOneFact);
  } finally {
    await trial.end();
  }
}
