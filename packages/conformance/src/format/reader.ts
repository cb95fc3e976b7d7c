import { HoldfastError, type Json, type JsonObject } from 'holdfast';

/** A file, or a part of one, is not of the format. */
export class TraceFormatError extends HoldfastError {
  override readonly name = 'TraceFormatError';
  readonly code = 'TRACE_FORMAT';

  constructor(path: string, expected: string, received: unknown) {
    super(`${path}: expected ${expected}, received ${describe(received)}`);
  }
}

/** A JSON value with the way that led to it, so that whoever finds something else than it should be can say where. */
export class Reader {
  readonly path: string;
  readonly value: Json | undefined;

  constructor(value: Json | undefined, path: string) {
    this.value = value;
    this.path = path;
  }

  get isThere(): boolean {
    return this.value !== undefined;
  }

  field(name: string): Reader {
    const object = this.object();
    return new Reader(Object.hasOwn(object, name) ? object[name] : undefined, `${this.path}.${name}`);
  }

  json(): Json {
    if (this.value === undefined) throw this.#error('a value');
    return this.value;
  }

  string(): string {
    if (typeof this.value !== 'string') throw this.#error('a string');
    return this.value;
  }

  number(): number {
    if (typeof this.value !== 'number') throw this.#error('a number');
    return this.value;
  }

  boolean(): boolean {
    if (typeof this.value !== 'boolean') throw this.#error('a boolean');
    return this.value;
  }

  object(): JsonObject {
    if (!isObject(this.value)) throw this.#error('an object');
    return this.value;
  }

  list(): Reader[] {
    if (!isList(this.value)) throw this.#error('a list');
    return this.value.map((item, index) => new Reader(item, `${this.path}[${index}]`));
  }

  /** As read by `read`, or `fallback` when it is left out. */
  or<T>(fallback: T, read: (reader: Reader) => T): T {
    return this.isThere ? read(this) : fallback;
  }

  #error(expected: string): TraceFormatError {
    return new TraceFormatError(this.path, expected, this.value);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
