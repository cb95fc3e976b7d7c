/** A value as an expression of JavaScript, to be pasted. What has none is null, with a remark that says what it was. */
export function printCode(value: unknown, within: readonly object[] = []): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' || typeof value === 'symbol' ? `null /* ${typeof value} */` : String(value);
  }
  if (within.includes(value)) return 'null /* cycle */';
  const inner = (part: unknown): string => printCode(part, [...within, value]);
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`;
  if (value instanceof Error) return `new Error(${quote(value.message)})`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Set) return `new Set(${inner([...value])})`;
  if (value instanceof Map) return `new Map(${inner([...value])})`;
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  if (parts.length === 0) return '{}';
  return `{ ${parts.map(([key, part]) => `${printKey(key)}: ${inner(part)}`).join(', ')} }`;
}

function printKey(key: string): string {
  if (key === '__proto__') return `['__proto__']`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
}

/** JSON has the escapes that JavaScript needs; the quotes are turned round. */
export function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}
