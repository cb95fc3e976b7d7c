const mark: unique symbol = Symbol('holdfast.wholeContext');

/**
 * Marks a function that is handed to `assign`: it returns the whole context, each time a new object, so that a compiled chart need not copy
 * what there was before. That copy is a third of what an event costs. Interpreted, nothing changes.
 */
export function wholeContext<Assignment extends (...args: never[]) => object>(assignment: Assignment): Assignment {
  return Object.assign(assignment, { [mark]: true });
}

export function returnsWholeContext(assignment: unknown): boolean {
  return typeof assignment === 'function' && Reflect.get(assignment, mark) === true;
}
