import type { Registry } from '../ports/registry.ts';

/** The registry of one process: a map. */
export class LocalRegistry<Value> implements Registry<Value> {
  readonly #values = new Map<string, Value>();

  whereis(id: string): Value | undefined {
    return this.#values.get(id);
  }

  register(id: string, value: Value): boolean {
    if (this.#values.has(id)) return false;
    this.#values.set(id, value);
    return true;
  }

  unregister(id: string, value: Value): void {
    if (this.#values.get(id) === value) this.#values.delete(id);
  }

  list(): readonly Value[] {
    return [...this.#values.values()];
  }
}
