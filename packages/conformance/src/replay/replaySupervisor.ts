import type { Interpreter, Json, JsonObject } from 'holdfast';
import { depart } from '../depart.ts';
import { valueDifference } from '../difference.ts';
import { isObject, type Reader } from '../format/reader.ts';
import type { Ledger } from '../ledger.ts';
import { snapshotDifference } from '../observed.ts';
import { playScenario } from './scenarios.ts';

/** What a scenario was made from, and what its author wrote beside it. */
const noFacts: ReadonlySet<string> = new Set(['name', 'kind', 'note', 'settings', 'summary_note']);

/** Plays one scenario of the supervised tree, as far as there is a tree, and compares fact by fact. */
export async function replaySupervisor(scenario: Reader, interpreter: Interpreter, ledger: Ledger): Promise<void> {
  const name = scenario.field('name').string();
  const facts = scenario.object();
  ledger.at('played');
  const answers = await playScenario(name, facts, interpreter);
  for (const [field, recorded] of Object.entries(facts)) {
    if (noFacts.has(field)) continue;
    ledger.at(field);
    const check = depart('supervisor', { scenario: name, field, expected: recorded }, ledger);
    if (check === 'skip') continue;
    const { expected } = check;
    const got = answers[field];
    if (got === undefined) ledger.expect({ path: field, expected, got: 'nothing: the runner knows no such fact' });
    else ledger.expect(factDifference(expected, got, field));
  }
}

/** Snapshots as snapshots, anything else by its value. */
function factDifference(expected: Json, got: Json | object, path: string) {
  return isSnapshot(expected) && isSnapshot(got)
    ? snapshotDifference(expected, got, path)
    : valueDifference(expected, got, path);
}

function isSnapshot(value: unknown): value is JsonObject {
  return isObject(value) && !Object.hasOwn(value, 'raises');
}
