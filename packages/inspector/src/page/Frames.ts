/** What comes by itself is drawn so often at most: the page is there for who uses it. */
const restMs = 80;

/** When the parts of the page are drawn: one in each frame, so that none is late. */
export class Frames {
  readonly #parts: readonly (() => void)[];
  #next: number | undefined;
  #isWanted = false;
  #drawnAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: readonly (() => void)[]) {
    this.#parts = parts;
  }

  /** Somebody has done something. */
  readonly soon = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isWanted = true;
    if (this.#next === undefined) this.#draw(0);
  };

  /** Something has come. */
  readonly later = (): void => {
    this.#timer ??= setTimeout(this.soon, Math.max(0, this.#drawnAtMs + restMs - performance.now()));
  };

  #draw(part: number): void {
    this.#next = requestAnimationFrame(() => {
      if (part === 0) this.#isWanted = false;
      this.#drawnAtMs = performance.now();
      this.#parts[part]?.();
      this.#next = undefined;
      if (part + 1 < this.#parts.length) this.#draw(part + 1);
      else if (this.#isWanted) this.#draw(0);
    });
  }
}
