import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { Chart } from '../chart/index.ts';
import { loadFastCheck } from '../loadFastCheck.ts';
import { ModelError } from './errors.ts';
import { describeGoal, goalsOf } from './goals.ts';
import type { ModelInput } from './input.ts';
import { type EventCases, inputsAt, strayInputsAt } from './inputs.ts';
import { type Finding, ModelFailure } from './ModelFailure.ts';
import { type PlannedPath, type PlanOptions, planTests, type TestPlan } from './planTests.ts';
import { printCode } from './printCode.ts';
import { Simulation } from './Simulation.ts';
import type { Sut } from './Sut.ts';
import { shorten } from './shorten.ts';
import { type NextInput, Trial, type TrialResult } from './Trial.ts';

export interface TestModelOptions<System> {
  /** What the system should do. */
  readonly machine: AnyStateMachine;
  readonly sut: Sut<System>;
  /** What `read` should give where the model rests. Default: the state's `value`. */
  readonly expected?: ((snapshot: AnyMachineSnapshot) => unknown) | undefined;
  /** As of `planTests`; walks use them too. */
  readonly events?: EventCases | undefined;
  /** The machine's input. */
  readonly input?: unknown;
  /** How long each method of the system may take. Milliseconds of real time, more than 0; default 5,000. */
  readonly deadlineMs?: number | undefined;
}

export interface WalkOptions {
  /** How many walks. Default 100. */
  readonly runs?: number | undefined;
  /** How many steps a walk may have. Default 30. */
  readonly steps?: number | undefined;
  /** With the same seed the walks are the same. Default: another each time; a failure tells it. */
  readonly seed?: number | undefined;
  /** Whether events are sent, too, which the model does nothing with where it rests: the system should do nothing, either. Default true. */
  readonly sendStrays?: boolean | undefined;
}

export interface WalkReport {
  readonly runs: number;
  readonly steps: number;
  readonly seed: number;
  /** Of the machine's transitions. */
  readonly covered: number;
  readonly total: number;
  /** Names of transitions that no walk has taken. */
  readonly missing: readonly string[];
}

/** A machine, and a system that should do what it does. */
export class TestModel<System> {
  readonly #options: TestModelOptions<System>;
  readonly #chart: Chart;
  readonly #simulation: Simulation;

  constructor(options: TestModelOptions<System>) {
    const { deadlineMs, input, machine } = options;
    if (deadlineMs !== undefined && !(deadlineMs > 0)) {
      throw new ModelError(`Expected deadlineMs to be a number of milliseconds above 0, got ${String(deadlineMs)}.`);
    }
    this.#options = options;
    this.#chart = new Chart(machine);
    this.#simulation = new Simulation(machine, this.#chart, input);
  }

  /** `planTests` of the machine, with the model's events and input. */
  plan(options: Omit<PlanOptions, 'events' | 'input'> = {}): TestPlan {
    const { events, input, machine } = this.#options;
    return planTests(machine, { ...options, events, input });
  }

  /**
   * Leads a new system along a way, and compares what can be read of it with the model after each step.
   *
   * @throws ModelFailure with the shortest way to the failure: the system is made and led again to find it.
   * @throws ModelError when the way waits and the system has no `advance`, or when the machine itself throws.
   */
  async run(way: PlannedPath | readonly ModelInput[]): Promise<void> {
    const inputs = 'steps' in way ? way.steps.map(({ input }) => input) : way;
    const { finding } = await this.#try(inputs);
    if (finding !== undefined) throw await this.#shortest(finding);
  }

  /**
   * Leads systems along random ways. Needs `fast-check`.
   *
   * @throws ModelFailure with the shortest way to the first failure, and the seed.
   */
  async walk(options: WalkOptions = {}): Promise<WalkReport> {
    const { runs = 100, seed, sendStrays = true, steps = 30 } = options;
    const { events = {} } = this.#options;
    const fc = await loadFastCheck();
    if (fc === undefined) throw new ModelError('Random walks need fast-check: npm install --save-dev fast-check.');
    const goals = new Set(this.#simulation.begin().goals);
    let walkedSteps = 0;
    const choose =
      (choices: readonly number[]): NextInput =>
      (moment, index) => {
        const choice = choices[index];
        if (choice === undefined) return undefined;
        const strays = sendStrays ? strayInputsAt(moment, this.#chart, events) : [];
        const inputs = [...inputsAt(moment, events), ...strays];
        return inputs[choice % inputs.length];
      };
    let failed: Finding | undefined;
    const walks = fc.array(fc.nat({ max: 9_999 }), { maxLength: steps, size: 'max' });
    const property = fc.asyncProperty(walks, async (choices) => {
      const result = await this.#lead(choose(choices));
      walkedSteps += result.steps;
      for (const goal of result.goals) goals.add(goal);
      failed = result.finding ?? failed;
      return result.finding === undefined;
    });
    const details = await fc.check(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
    // What it throws itself is about the test: no input of the property makes the difference.
    if (details.errorInstance instanceof ModelError) throw details.errorInstance;
    if (failed !== undefined) {
      const again = { runs, steps, seed: details.seed, ...(sendStrays ? {} : { sendStrays }) };
      throw await this.#shortest(failed, `model.walk(${printCode(again)})`);
    }
    const all = goalsOf(this.#chart, 'transitions');
    const missing = all.filter((goal) => !goals.has(goal));
    return {
      runs: details.numRuns,
      steps: walkedSteps,
      seed: details.seed,
      covered: all.length - missing.length,
      total: all.length,
      missing: missing.map((goal) => describeGoal(this.#chart, goal)),
    };
  }

  async #shortest(finding: Finding, again?: string): Promise<ModelFailure> {
    const shortest = await shorten(finding, async (shorter) => (await this.#try(shorter)).finding);
    const isRepeatable = shortest !== finding || (await this.#try(finding.inputs)).finding !== undefined;
    return new ModelFailure(this.#chart.id, shortest, { again, isRepeatable });
  }

  #try(inputs: readonly ModelInput[]): Promise<TrialResult> {
    return this.#lead((_, index) => inputs[index]);
  }

  #lead(next: NextInput): Promise<TrialResult> {
    const { deadlineMs = 5_000, expected = ({ value }) => value, sut } = this.#options;
    const trial = new Trial({
      simulation: this.#simulation,
      sut,
      deadlineMs,
      expected: ({ snapshot }) => expected(snapshot),
    });
    return trial.run(next);
  }
}

/**
 * Tests a system against a machine that says what it should do: along planned paths, and on random walks.
 *
 * ```ts
 * const model = testModel({ machine: doorMachine, sut: { create: () => new Door(), send, read: (door) => door.state } });
 * for (const path of model.plan().paths) test(path.name, () => model.run(path));
 * test('random walks', () => model.walk());
 * ```
 */
export function testModel<System>(options: TestModelOptions<System>): TestModel<System> {
  return new TestModel(options);
}
