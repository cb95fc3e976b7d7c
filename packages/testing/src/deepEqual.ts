/**
 * Whether two values say the same: JSON and objects around such, dates, and maps and sets in their order. A property that is undefined
 * counts as one that is not there; 0 and -0 differ, NaN is NaN.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  }
  const [insideA, insideB] = [contentOf(a), contentOf(b)];
  if (insideA !== undefined || insideB !== undefined)
    return a.constructor === b.constructor && deepEqual(insideA, insideB);
  const keys = new Set([...definedKeys(a), ...definedKeys(b)]);
  return [...keys].every((key) => Object.hasOwn(a, key) && Object.hasOwn(b, key) && deepEqual(a[key], b[key]));
}

/** What is in an object that shows none of it as a property. */
function contentOf(value: object): unknown {
  if (value instanceof Date) return value.getTime();
  return value instanceof Map || value instanceof Set ? [...value] : undefined;
}

/** Whether `value` has all that `pattern` has, at any depth; lists have to be of one length. */
export function matches(value: unknown, pattern: unknown): boolean {
  if (!isObject(pattern) || !isObject(value)) return deepEqual(value, pattern);
  if (Array.isArray(pattern)) {
    return (
      Array.isArray(value) &&
      value.length === pattern.length &&
      pattern.every((item, index) => matches(value[index], item))
    );
  }
  return Object.entries(pattern).every(([key, part]) => matches(value[key], part));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function definedKeys(value: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}
