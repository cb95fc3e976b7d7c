/** What comes by itself is drawn so often at most: the page is there for who uses it. */
const restMs = 80;

/** A press that has not ended by then ended elsewhere. */
const longestPressMs = 2_000;

/**
 * When the parts of the page are drawn: one in each frame, so that none is late; and none between press and release, because a click on what
 * was made anew meanwhile is a click on nothing.
 */
export class Frames {
  readonly #parts: readonly (() => void)[];
  #next: number | undefined;
  #isWanted = false;
  #drawnAtMs = 0;
  #press: ReturnType<typeof setTimeout> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: readonly (() => void)[]) {
    this.#parts = parts;
    addEventListener('pointerdown', () => {
      clearTimeout(this.#press);
      this.#press = setTimeout(this.#release, longestPressMs);
    });
    // The click itself comes after these, in the same turn.
    for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => setTimeout(this.#release));
  }

  /** Somebody has done something. */
  readonly soon = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isWanted = true;
    if (this.#next === undefined && this.#press === undefined) this.#draw(0);
  };

  /** Something has come. */
  readonly later = (): void => {
    this.#timer ??= setTimeout(this.soon, Math.max(0, this.#drawnAtMs + restMs - performance.now()));
  };

  readonly #release = (): void => {
    clearTimeout(this.#press);
    this.#press = undefined;
    if (this.#isWanted) this.soon();
  };

  #draw(part: number): void {
    this.#next = requestAnimationFrame(() => {
      this.#next = undefined;
      if (this.#press !== undefined) {
        this.#isWanted = true;
        return;
      }
      if (part === 0) this.#isWanted = false;
      this.#drawnAtMs = performance.now();
      this.#parts[part]?.();
      if (part + 1 < this.#parts.length) this.#draw(part + 1);
      else if (this.#isWanted) this.soon();
    });
  }
}
