import type { ChannelOperation } from 'holdfast';
import { check, checkEqual, shown } from '../check.ts';
import { type ChannelFact, fact, peerCan } from './ChannelFact.ts';
import { cyclicValues, errorValues, hostileValues, throwingValues } from './hostileValues.ts';
import { frozen } from './schemaFacts.ts';
import type { Trial } from './Trial.ts';

const operations: readonly ChannelOperation[] = ['connect', 'probe', 'poll', 'commit', 'send', 'webhook'];

type Values = () => readonly (readonly [title: string, value: unknown])[];

const kinds: readonly (readonly [title: string, values: Values])[] = [
  ['any value', hostileValues],
  ['any Error', errorValues],
  ['what is in itself', cyclicValues],
  ['what throws when it is read', throwingValues],
];

export const classifyingFacts: readonly ChannelFact[] = [
  ...kinds.map(([title, values]) =>
    fact(`${title} has a classification, in every operation`, [], (trial) => {
      for (const [name, value] of values()) {
        for (const during of operations) blame(name, () => trial.classify(value, during));
      }
    }),
  ),
  ...kinds.map(([title, values]) =>
    fact(`${title} has the same classification when it is asked for again`, [], (trial) => {
      for (const [name, value] of values()) {
        for (const during of operations) {
          checkEqual(
            trial.classify(value, during),
            trial.classify(value, during),
            `${name} during ${during}, asked twice`,
          );
        }
      }
    }),
  ),
  fact('classifying changes nothing of what it is given', [], (trial) => {
    for (const [name, value] of [...hostileValues(), ...errorValues()]) {
      const before = ownStateOf(value);
      for (const during of operations) trial.classify(value, during);
      checkEqual(ownStateOf(value), before, `${name}, after it was classified`);
    }
  }),
  fact('what is frozen at every depth has a classification', [], (trial) => {
    const value = frozen({ response: { status: 503, headers: { 'retry-after': '1' } }, cause: { code: 'ECONNRESET' } });
    for (const during of operations) trial.classify(value, during);
  }),
  fact('what nobody has ever seen is a failure that may pass', [], (trial) => {
    for (const value of [undefined, null, 'odd', 42, {}, new Error('odd'), Symbol('odd')]) {
      for (const during of operations) {
        const failure = trial.classify(value, during);
        check(
          failure.severity === 'recoverable',
          `${shown(value)} during ${during}: expected recoverable, received ${shown(failure)}.`,
        );
      }
    }
  }),
  fact('an abort is a failure that may pass', [], (trial) => {
    for (const value of [
      new DOMException('x', 'AbortError'),
      AbortSignal.abort().reason,
      new DOMException('x', 'TimeoutError'),
    ]) {
      for (const during of operations)
        checkEqual(trial.classify(value, during).severity, 'recoverable', `An abort during ${during}`);
    }
  }),
  fact('a send of which nothing is known is not said not to have been delivered', [], (trial) => {
    for (const value of [undefined, 'odd', new Error('odd'), new DOMException('x', 'AbortError')]) {
      const { delivered } = trial.classify(value, 'send');
      check(delivered !== 'no', `${shown(value)} during send: expected delivered to be unknown, received no.`);
    }
  }),
  fact('codes are one word, for machines to compare', [], (trial) => {
    for (const [name, value] of [...hostileValues(), ...errorValues()]) {
      const { code } = trial.classify(value, 'connect');
      check(/^\S{1,200}$/.test(code), `The code of ${name}: expected a word, received ${shown(code)}.`);
    }
  }),
  fact('a failure is JSON', [], (trial) => {
    for (const [name, value] of [...hostileValues(), ...errorValues(), ...cyclicValues()]) {
      const failure = trial.classify(value, 'send');
      checkEqual(JSON.parse(JSON.stringify(failure)), failure, `The failure of ${name}, as JSON`);
    }
  }),
  fact(
    'what a peer that is gone leads to has the same classification when it is asked for again',
    [peerCan('cutOff')],
    async (trial) => {
      const link = await trial.connect();
      await trial.peer.cutOff();
      await checkTwice(trial, 'probe', trial.probe(link));
      await checkTwice(trial, 'send', trial.send(link, trial.message('x')));
      await checkTwice(trial, 'connect', trial.attempt());
    },
  ),
];

async function checkTwice(trial: Trial, during: ChannelOperation, call: Promise<unknown>): Promise<void> {
  const error = await trial.errorOf(call, during);
  checkEqual(trial.classify(error, during), trial.classify(error, during), `A failed ${during}, classified twice`);
}

/** Says which of the values it was. */
function blame(name: string, classify: () => unknown): void {
  try {
    classify();
  } catch (error) {
    check(false, `${name}: ${shown(error)}`);
  }
}

function ownStateOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return String(value);
  return Reflect.ownKeys(value).map((key) => [String(key), stateOf(value, key)]);
}

function stateOf(value: object, key: PropertyKey): string {
  try {
    return shown(Reflect.get(value, key));
  } catch {
    return 'throws when it is read';
  }
}
