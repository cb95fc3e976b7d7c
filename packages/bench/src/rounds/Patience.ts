/**
 * Leaves out what would take too long, by how long the same took at a smaller size, and remembers what it left out. Nothing is known of
 * what was not tried yet.
 */
export class Patience {
  readonly #longestMs: number;
  readonly #tookMsEach = new Map<string, number>();
  readonly #leftOut: string[] = [];

  constructor({ longestMs }: { readonly longestMs: number }) {
    this.#longestMs = longestMs;
  }

  /** What was left out, and why. */
  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  /** Whether `instances` of this can be waited for. */
  allows(what: string, instances: number): boolean {
    const expectedMs = (this.#tookMsEach.get(what) ?? 0) * instances;
    if (expectedMs <= this.#longestMs) return true;
    const seconds = Math.round(expectedMs / 1_000);
    this.#leftOut.push(
      `${what} with ${instances.toLocaleString('en')} instances: it would take some ${seconds} s, by what fewer took.`,
    );
    return false;
  }

  /** How long it took with so many. */
  took(what: string, instances: number, ms: number): void {
    this.#tookMsEach.set(what, ms / instances);
  }
}
