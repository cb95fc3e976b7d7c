import type { Report } from '../subject/protocol.ts';

interface Wait {
  readonly isIt: (report: Report) => boolean;
  left: number;
  readonly done: () => void;
}

/** The reports of one life, for those who wait for one of them. */
export class Reports {
  readonly #waits = new Set<Wait>();
  readonly #counts = new Map<Report['what'], number>();

  count(what: Report['what']): number {
    return this.#counts.get(what) ?? 0;
  }

  hear(report: Report): void {
    this.#counts.set(report.what, this.count(report.what) + 1);
    for (const wait of this.#waits) {
      if (!wait.isIt(report)) continue;
      wait.left -= 1;
      if (wait.left > 0) continue;
      this.#waits.delete(wait);
      wait.done();
    }
  }

  /** Resolves with true when so many of these were heard from now on, and with false when that takes longer. */
  heard(isIt: Wait['isIt'], { count = 1, withinMs }: { readonly count?: number; readonly withinMs: number }) {
    return new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => {
        this.#waits.delete(wait);
        resolve(false);
      }, withinMs);
      const done = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const wait: Wait = { isIt, left: count, done };
      this.#waits.add(wait);
    });
  }
}
