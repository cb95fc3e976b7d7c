import type { InputSchema } from 'holdfast';
import { check, shown } from '../check.ts';
import { type ChannelFact, fact, has, type Need } from './ChannelFact.ts';
import type { ChannelSubject } from './ChannelSubject.ts';
import { cyclicValues, errorValues, hostileValues } from './hostileValues.ts';
import type { Trial } from './Trial.ts';

type Part = 'credentials' | 'config';

/** What an instance brings at its start, and how it is looked at. */
export const schemaFacts: readonly ChannelFact[] = (['credentials', 'config'] as const).flatMap(factsOf);

function factsOf(part: Part): ChannelFact[] {
  const checked: Need = ({ adapter }) =>
    schemaOf(part, adapter) === undefined ? `the adapter has no schema of ${part}` : undefined;
  const malformed = has(part === 'credentials' ? 'malformedCredentials' : 'malformedConfigs');
  return [
    fact(`the schema of ${part} takes what works`, [checked], ({ subject }) => {
      const parsed = schemaOf(part, subject.adapter)?.safeParse(subject[part]);
      check(parsed?.success === true, `The ${part} of the subject: expected to pass their own schema.`);
    }),
    fact(`the schema of ${part} takes what is frozen, and changes nothing of it`, [checked], ({ subject }) => {
      const given = frozen(structuredClone(subject[part]));
      const before = JSON.stringify(given);
      const parsed = schemaOf(part, subject.adapter)?.safeParse(given);
      check(parsed?.success === true, `The ${part} of the subject, frozen: expected to pass their own schema.`);
      check(JSON.stringify(given) === before, `The ${part} that were parsed: expected to be as before.`);
    }),
    fact(`the schema of ${part} refuses what is malformed, and says where`, [checked, malformed], ({ subject }) => {
      for (const [index, value] of malformedOf(part, subject).entries()) {
        const parsed = schemaOf(part, subject.adapter)?.safeParse(value);
        check(parsed?.success === false, `The malformed ${part} at ${index}: expected to be refused, and they passed.`);
        const { issues } = parsed.error;
        const isSaid = issues.length > 0 && issues.every(({ path, message }) => Array.isArray(path) && message !== '');
        check(isSaid, `The malformed ${part} at ${index}: expected issues with a path and a message.`);
      }
    }),
    fact(`the schema of ${part} throws for nothing that it is given`, [checked], ({ subject }) => {
      for (const [title, value] of [...hostileValues(), ...errorValues(), ...cyclicValues()]) {
        try {
          schemaOf(part, subject.adapter)?.safeParse(value);
        } catch (error) {
          check(false, `The schema of ${part}, given ${title}: expected an answer, and it threw ${shown(error)}.`);
        }
      }
    }),
    fact(`no refusal by the schema of ${part} repeats a secret`, [checked], (trial) => checkIssues(part, trial)),
    fact(`malformed ${part} are refused by connect itself, as fatal, before the peer is asked`, [malformed], (trial) =>
      checkRefused(part, trial),
    ),
  ];
}

function checkIssues(part: Part, trial: Trial): void {
  const { subject } = trial;
  const schema = schemaOf(part, subject.adapter);
  for (const secret of subject.secrets) {
    const around = typeof subject[part] === 'object' ? subject[part] : {};
    for (const value of [
      secret,
      [secret],
      { wrong: secret },
      { ...around, wrong: secret },
      { ...around, wrong: [secret] },
    ]) {
      const parsed = schema?.safeParse(value);
      if (parsed?.success === false)
        trial.checkHidden(parsed.error.issues, `The refusal of ${part} with a secret in them`);
    }
  }
}

async function checkRefused(part: Part, trial: Trial): Promise<void> {
  const { subject } = trial;
  for (const value of malformedOf(part, subject)) {
    const requests = subject.peer.requests?.('connect');
    const failure = await trial.failureOf(trial.attempt({ [part]: value }), 'connect');
    check(failure.severity === 'fatal', `Malformed ${part}: expected a fatal failure, received ${shown(failure)}.`);
    check(
      subject.peer.requests?.('connect') === requests,
      `Malformed ${part}: expected no request, and the peer was asked.`,
    );
  }
}

function schemaOf(part: Part, adapter: ChannelSubject['adapter']): InputSchema<unknown> | undefined {
  return part === 'credentials' ? adapter.credentialsSchema : adapter.configSchema;
}

function malformedOf(part: Part, subject: ChannelSubject): readonly unknown[] {
  return (part === 'credentials' ? subject.malformedCredentials : subject.malformedConfigs) ?? [];
}

/** Frozen at every depth. */
export function frozen(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
