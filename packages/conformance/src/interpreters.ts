import type { Interpreter } from 'holdfast';

/** What a run on each interpreter is called. The runs come in this order. */
export const runNames = {
  compiled: 'Compiled charts',
  xstate: 'Interpreted by XState',
} as const satisfies Readonly<Record<Interpreter, string>>;

export const interpreters: readonly Interpreter[] = Object.keys(runNames).filter(isInterpreter);

export function isInterpreter(text: string): text is Interpreter {
  return Object.hasOwn(runNames, text);
}
