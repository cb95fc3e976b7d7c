/**
 * Who runs under which id. One registry, one namespace: an id is taken once. `LocalRegistry` serves one process.
 */
export interface Registry<Value> {
  whereis(id: string): Value | undefined;
  /** False when the id is taken. */
  register(id: string, value: Value): boolean;
  /** Frees the id if `value` still holds it. */
  unregister(id: string, value: Value): void;
  /** In the order of registration. */
  list(): readonly Value[];
}
