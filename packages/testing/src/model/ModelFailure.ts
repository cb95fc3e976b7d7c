import type { ModelInput } from './input.ts';
import { printCode, quote } from './printCode.ts';

/** What a system did that its model does not, on the way there. */
export interface Finding {
  /** Names of steps; the last is the one that failed, and there is none when the system failed at its beginning. */
  readonly steps: readonly string[];
  readonly inputs: readonly ModelInput[];
  /** How many inputs there were before the way was made shorter. */
  readonly foundAfter: number;
  readonly kind: 'differs' | 'threw';
  /** `read`, `send`, …: which method of the system. */
  readonly during: string;
  readonly expected: unknown;
  /** What was read, or thrown. */
  readonly actual: unknown;
}

interface FailureHints {
  /** A call that comes to the same failure once more. */
  readonly again: string | undefined;
  /** Whether the system has failed a second time. */
  readonly isRepeatable: boolean;
}

/** A system does not do what its model does. The message has the shortest way that was found, also as code to paste. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
  /** The shortest way that was found. */
  readonly inputs: readonly ModelInput[];
  readonly steps: readonly string[];
  readonly expected: unknown;
  readonly actual: unknown;

  /**
   * @param chart the machine's id
   */
  constructor(chart: string, finding: Finding, { again, isRepeatable }: FailureHints) {
    const { actual, during, expected, foundAfter, inputs, kind, steps } = finding;
    const count = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`;
    const cut = foundAfter > inputs.length ? `, shortened from ${foundAfter}` : '';
    const what = kind === 'differs' ? 'differs from' : `throws in \`${during}\`, unlike`;
    super(
      [
        `The system ${what} the model "${chart}" after ${count}${cut}.`,
        ...steps.map((name, index) => `  ${index === steps.length - 1 ? '✗' : ' '} ${name}`),
        '',
        ...(kind === 'differs'
          ? [`Expected: ${printCode(expected)}`, `Got:      ${printCode(actual)}`]
          : [`Thrown: ${printThrown(actual)}`]),
        '',
        'As a regression test:',
        '',
        `  test(${quote(`${chart}: ${steps.at(-1) ?? 'begins as its model does'}`)}, () =>`,
        `    model.run([`,
        ...inputs.map((input) => `      ${printCode(input)},`),
        '    ]));',
        ...(isRepeatable
          ? []
          : [
              '',
              'Led along the same way once more it did not fail: something of it outlives `create`, or it goes by chance or time.',
            ]),
        ...(again === undefined ? [] : ['', `The same walk again: ${again}`]),
      ].join('\n'),
      kind === 'threw' ? { cause: actual } : undefined,
    );
    this.inputs = inputs;
    this.steps = steps;
    this.expected = expected;
    this.actual = actual;
  }
}

function printThrown(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : printCode(thrown);
}
