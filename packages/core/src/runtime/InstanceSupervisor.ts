import { AlreadyStartedError, InstanceNotFoundError } from '../errors.ts';
import type { RestartHistory } from '../machine/instanceModel.ts';
import { isWithinIntensity, type RestartIntensity, recordRestart } from '../policy/restartWindow.ts';
import { type Clock, maxTimerMs, systemClock } from '../ports/clock.ts';
import { type End, emptyAccount, type StopAccount, type StopOptions } from './Ending.ts';
import type { InstanceServer } from './InstanceServer.ts';
import type { ChildSpec } from './instanceServerOptions.ts';

export interface InstanceSupervisorOptions {
  readonly clock?: Clock | undefined;
  /** How often one child may be restarted at once. Default 5 in 30,000 ms, OTP's and the original's, but for each child. */
  readonly intensity?: RestartIntensity | undefined;
  /** How long a child that is past its intensity rests before it is tried again. Milliseconds, default 60,000. */
  readonly slowRetryMs?: number | undefined;
  /** Called when the last child is gone, for good. Must not throw. */
  readonly onEmpty?: (() => void) | undefined;
}

/** A child as its supervisor sees it. */
export interface SupervisedChild {
  readonly id: string;
  /** Undefined while it waits to be started again. */
  readonly server: InstanceServer | undefined;
  /** Restarts within the window of the intensity. */
  readonly recentRestarts: number;
}

/**
 * Keeps instances running, one for one: what breaks is started again, alone, with the counters it had.
 *
 * P1. A budget belongs to one child: one that breaks again and again is slowed down, and takes no other with it.
 * P2. `stop`, of the server or of the supervisor, is for good, also for a child that waits to be started again.
 * P3. `permanent` is started again whenever it ended without being told by `stop`, `transient` only when it broke,
 *     `temporary` never.
 */
export class InstanceSupervisor implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #intensity: RestartIntensity;
  readonly #slowRetryMs: number;
  readonly #onEmpty: (() => void) | undefined;
  readonly #children = new Map<string, Child>();

  constructor(options: InstanceSupervisorOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#intensity = options.intensity ?? { maxRestarts: 5, windowMs: 30_000 };
    this.#slowRetryMs = options.slowRetryMs ?? 60_000;
    this.#onEmpty = options.onEmpty;
  }

  /** Throws `AlreadyStartedError` when a child with this id is here, running or waiting, and what `spec.start` throws. */
  startChild(spec: ChildSpec<InstanceServer>): InstanceServer {
    const present = this.#children.get(spec.id);
    if (present) throw new AlreadyStartedError(spec.id, present.server);
    const server = spec.start();
    const child: Child = { spec, server, restarts: noRestarts, timer: undefined };
    this.#children.set(spec.id, child);
    this.#watch(child, server);
    return server;
  }

  /** Stops a child for good. Rejects with `InstanceNotFoundError`. */
  async terminateChild(id: string, options?: StopOptions): Promise<StopAccount> {
    const child = this.#children.get(id);
    if (!child) throw new InstanceNotFoundError(id);
    return this.#terminate(child, options);
  }

  /** In the order of their start. */
  whichChildren(): readonly SupervisedChild[] {
    return [...this.#children.values()].map(({ spec, server, restarts }) => {
      return { id: spec.id, server, recentRestarts: restarts.length };
    });
  }

  /** Stops all children side by side, beginning with the last started. Resolves with their accounts by id. */
  async stop(options?: StopOptions): Promise<ReadonlyMap<string, StopAccount>> {
    const children = [...this.#children.values()].reverse();
    const accounts = children.map(async (child) => [child.spec.id, await this.#terminate(child, options)] as const);
    return new Map(await Promise.all(accounts));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** P2. */
  async #terminate(child: Child, options: StopOptions | undefined): Promise<StopAccount> {
    if (child.server) return child.server.stop(options);
    this.#forget(child);
    return emptyAccount;
  }

  #watch(child: Child, server: InstanceServer): void {
    server.onEnd((end) => {
      if (this.#children.get(child.spec.id) !== child) return;
      if (isRestarted(child.spec.restart, end)) this.#restart(child, server);
      else this.#forget(child);
    });
  }

  /** P1. At once while the intensity allows it, after a rest otherwise. */
  #restart(child: Child, ended: InstanceServer): void {
    child.server = undefined;
    child.restarts = recordRestart(child.restarts, this.#clock.now(), this.#intensity);
    const isCalm = isWithinIntensity(child.restarts, this.#intensity);
    const delayMs = isCalm ? 0 : Math.min(this.#slowRetryMs, maxTimerMs);
    const { context } = ended.snapshot;
    const metadata = { restarts: child.restarts.length, delayMs };
    context.telemetry.publishAt(this.#clock.now(), isCalm ? 'instance.restarted' : 'instance.escalated', metadata);
    const { restartCount, lastRestartClass, lastRestartReason } = context;
    const history = { restartCount, lastRestartClass, lastRestartReason };
    if (isCalm) this.#start(child, ended, history);
    else child.timer = this.#clock.setTimeout(() => this.#start(child, ended, history), delayMs);
  }

  #start(child: Child, ended: InstanceServer, history: RestartHistory): void {
    try {
      const server = child.spec.start(history);
      server.notifyRestartMarker('recoverable', 'crash');
      child.server = server;
      this.#watch(child, server);
    } catch {
      // What does not start has broken once more.
      child.timer = this.#clock.setTimeout(() => this.#restart(child, ended), 0);
    }
  }

  #forget(child: Child): void {
    if (child.timer !== undefined) this.#clock.clearTimeout(child.timer);
    this.#children.delete(child.spec.id);
    if (this.#children.size === 0) this.#onEmpty?.();
  }
}

const noRestarts: readonly number[] = [];

interface Child {
  readonly spec: ChildSpec<InstanceServer>;
  server: InstanceServer | undefined;
  restarts: readonly number[];
  timer: unknown;
}

/** P3. */
function isRestarted(restart: ChildSpec<InstanceServer>['restart'], end: End): boolean {
  if (end === 'told' || restart === 'temporary') return false;
  return end === 'crash' || restart === 'permanent';
}
