import type { Json } from 'holdfast';
import { isObject } from '../format/reader.ts';
import { childHealthOfOurs } from './childHealth.ts';

/** One fact of a supervisor's scenario. */
export interface ScenarioCheck {
  readonly scenario: string;
  readonly field: string;
  readonly expected: Json;
}

type Rule = (check: ScenarioCheck) => ScenarioCheck | 'skip' | undefined;

/** Skips some facts wherever they are. */
export function skippingFields(...fields: readonly string[]): Rule {
  return ({ field }) => (fields.includes(field) ? 'skip' : undefined);
}

/** Skips whole scenarios. */
export function skippingScenarios(...scenarios: readonly string[]): Rule {
  return ({ scenario }) => (scenarios.includes(scenario) ? 'skip' : undefined);
}

const played: ReadonlySet<string> = new Set([
  'starting',
  'stop_instance_order',
  'child_health_summary_shapes',
  'worker_invalid_return',
  'state_survives_2_worker_restarts',
]);

export function unplayedScenario({ scenario }: ScenarioCheck): 'skip' | undefined {
  return played.has(scenario) ? undefined : 'skip';
}

export function stopSignalsStopped(check: ScenarioCheck): ScenarioCheck | undefined {
  const isLost = check.scenario === 'stop_instance_order' && check.field === 'signals';
  return isLost ? { ...check, expected: [{ event: 'stopped' }] } : undefined;
}

export function garbageIsAnnounced(check: ScenarioCheck): 'skip' | undefined {
  return check.scenario === 'worker_invalid_return' && check.field === 'signals' ? 'skip' : undefined;
}

export function childrenAreOurs(check: ScenarioCheck): ScenarioCheck | undefined {
  const { expected } = check;
  if (check.field === 'running') return { ...check, expected: childHealthOfOurs };
  if (!isObject(expected) || !isObject(expected['child_health_summary'])) return undefined;
  return { ...check, expected: { ...expected, child_health_summary: childHealthOfOurs } };
}
