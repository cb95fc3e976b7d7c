import type { InspectionEvent } from 'xstate';
import { isOver, type LiveActor, systemOf } from './liveActor.ts';

interface Watch {
  readonly root: WeakRef<LiveActor>;
  subscription: { unsubscribe(): void } | undefined;
}

/**
 * Roots that are looked at only now and then. XState lets an inspector be added to a running system and be taken off again; a system
 * that has none does not pay for one. A root that is over, or that nobody else holds, is let go.
 */
export class Watches {
  readonly #inspect: (event: InspectionEvent) => void;
  readonly #watches = new Set<Watch>();
  readonly #byRoot = new WeakMap<LiveActor, Watch>();
  readonly #lost = new FinalizationRegistry<Watch>((watch) => this.#watches.delete(watch));

  constructor(inspect: (event: InspectionEvent) => void) {
    this.#inspect = inspect;
  }

  add(root: LiveActor): { unsubscribe(): void } {
    const known = this.#byRoot.get(root);
    const watch = known ?? { root: new WeakRef(root), subscription: undefined };
    if (!known) {
      this.#byRoot.set(root, watch);
      this.#lost.register(root, watch, watch);
    }
    this.#watches.add(watch);
    return { unsubscribe: () => this.#remove(watch) };
  }

  roots(): readonly LiveActor[] {
    const roots: LiveActor[] = [];
    for (const watch of [...this.#watches]) {
      const root = watch.root.deref();
      if (root === undefined || isOver(root)) this.#remove(watch);
      else roots.push(root);
    }
    return roots;
  }

  attach(): void {
    for (const root of this.roots()) {
      const watch = this.#byRoot.get(root);
      if (watch) watch.subscription ??= systemOf(root)?.inspect(this.#inspect);
    }
  }

  detach(): void {
    for (const watch of this.#watches) {
      watch.subscription?.unsubscribe();
      watch.subscription = undefined;
    }
  }

  clear(): void {
    for (const watch of [...this.#watches]) this.#remove(watch);
  }

  #remove(watch: Watch): void {
    watch.subscription?.unsubscribe();
    watch.subscription = undefined;
    this.#watches.delete(watch);
    this.#lost.unregister(watch);
    const root = watch.root.deref();
    if (root) this.#byRoot.delete(root);
  }
}
