/**
 * Where one of the secrets can be reached from a value by following its properties, as inspectors, serializers and logs
 * do. A path for each: `.error.running.token`.
 */
export function pathsToSecrets(root: unknown, secrets: readonly string[]): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const waiting: [string, unknown][] = [['', root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, value] = next;
    if (!isObject(value)) {
      if (secrets.some((secret) => String(value).includes(secret))) found.push(path);
    } else if (!seen.has(value)) {
      seen.add(value);
      waiting.push(...partsOf(value).map(([key, part]): [string, unknown] => [`${path}.${key}`, part]));
      found.push(
        ...Reflect.ownKeys(value)
          .map(String)
          .filter((key) => secrets.includes(key)),
      );
    }
  }
  return found.sort();
}

function partsOf(value: object): [string, unknown][] {
  const parts = Reflect.ownKeys(value).map((key): [string, unknown] => {
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    return [String(key), property?.get ? property.get.call(value) : property?.value];
  });
  if (value instanceof Map || value instanceof Set) parts.push(['entries', [...value.entries()]]);
  return parts;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
