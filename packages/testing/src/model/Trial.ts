import { deepEqual } from '../deepEqual.ts';
import { ModelError } from './errors.ts';
import { isWait, type ModelInput } from './input.ts';
import type { Finding } from './ModelFailure.ts';
import type { Simulation } from './Simulation.ts';
import type { Sut } from './Sut.ts';
import type { Happening, Moment } from './Trace.ts';
import { nameStep } from './words.ts';

/** Real time, whatever a test makes of the global timers later. */
const { clearTimeout, setTimeout } = globalThis;

export interface TrialOptions<System> {
  readonly simulation: Simulation;
  readonly sut: Sut<System>;
  /** What `read` should give. */
  readonly expected: (moment: Moment) => unknown;
  readonly deadlineMs: number;
}

/** Which input comes next, where the model rests; undefined ends the trial. */
export type NextInput = (moment: Moment, index: number) => ModelInput | undefined;

export interface TrialResult {
  readonly finding: Finding | undefined;
  readonly goals: ReadonlySet<string>;
  readonly steps: number;
}

/** One system, led beside its model until they part, or until there is no input left. */
export class Trial<System> {
  readonly #options: TrialOptions<System>;
  readonly #names: string[] = [];
  readonly #inputs: ModelInput[] = [];
  readonly #goals = new Set<string>();
  #during = 'create';

  constructor(options: TrialOptions<System>) {
    this.#options = options;
  }

  async run(next: NextInput): Promise<TrialResult> {
    const { simulation } = this.#options;
    let happening = simulation.begin();
    let finding: Finding | undefined;
    let created: { readonly system: System } | undefined;
    try {
      created = { system: await this.#create() };
      finding = await this.#compare(created.system, happening);
      for (let index = 0; finding === undefined; index += 1) {
        const input = next(happening.moment, index);
        if (input === undefined) break;
        happening = this.#predict(happening.moment, input);
        await this.#apply(created.system, input);
        finding = await this.#compare(created.system, happening);
      }
    } catch (error) {
      if (error instanceof ModelError) throw error;
      finding = this.#find({ kind: 'threw', expected: undefined, actual: error });
    } finally {
      const ending = created && (await this.#dispose(created.system));
      // The first failure is the one to tell.
      finding ??= ending;
    }
    return { finding, goals: this.#goals, steps: this.#inputs.length };
  }

  /** One that comes too late is disposed of when it comes. */
  async #create(): Promise<System> {
    const { sut } = this.#options;
    let isLate = false;
    const creating = async (): Promise<System> => {
      const system = await sut.create();
      if (isLate) await this.#dispose(system);
      return system;
    };
    try {
      return await this.#within('create', creating);
    } catch (error) {
      isLate = true;
      throw error;
    }
  }

  #predict(before: Moment, input: ModelInput): Happening {
    const { simulation } = this.#options;
    const happening = simulation.next(before, input);
    this.#inputs.push(input);
    this.#names.push(nameStep(simulation.chart, input, [before.snapshot, happening.moment.snapshot]));
    for (const goal of happening.goals) this.#goals.add(goal);
    return happening;
  }

  async #apply(system: System, input: ModelInput): Promise<void> {
    const { sut } = this.#options;
    if (!isWait(input)) {
      await this.#within('send', () => sut.send(system, input));
      return;
    }
    if (sut.advance === undefined) {
      throw new ModelError(
        `The path waits ${input.waitMs} ms, and the system has no \`advance\`: write one, that lets time pass for it.`,
      );
    }
    await this.#within('advance', () => sut.advance?.(system, input.waitMs));
  }

  async #compare(system: System, { moment }: Happening): Promise<Finding | undefined> {
    const { expected: expect, sut } = this.#options;
    await this.#within('settle', () => sut.settle?.(system));
    const actual = await this.#within('read', () => sut.read(system));
    const expected = expect(moment);
    return deepEqual(expected, actual) ? undefined : this.#find({ kind: 'differs', expected, actual });
  }

  async #dispose(system: System): Promise<Finding | undefined> {
    try {
      await this.#within('dispose', () => this.#options.sut.dispose?.(system));
      return undefined;
    } catch (error) {
      return this.#find({ kind: 'threw', expected: undefined, actual: error });
    }
  }

  #find(what: Pick<Finding, 'kind' | 'expected' | 'actual'>): Finding {
    const { length } = this.#inputs;
    return { ...what, steps: [...this.#names], inputs: [...this.#inputs], foundAfter: length, during: this.#during };
  }

  async #within<Value>(method: string, call: () => Value | Promise<Value>): Promise<Value> {
    const { deadlineMs } = this.#options;
    this.#during = method;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`\`${method}\` of the system did not return within ${deadlineMs} ms.`);
      timer = setTimeout(() => reject(error), deadlineMs);
    });
    try {
      return await Promise.race([call(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
