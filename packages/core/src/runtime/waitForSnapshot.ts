import type { ActorRefFrom } from 'xstate';
import { InstanceStoppedError, WaitTimeoutError } from '../errors.ts';
import type { instanceMachine } from '../machine/instanceMachine.ts';
import { type InstanceSnapshot, selectStatus } from '../machine/selectors.ts';
import type { Clock } from '../ports/clock.ts';
import type { InstanceStatus } from '../schema/instanceConfig.ts';

export interface WaitOptions {
  /** Milliseconds. Default: as long as it takes. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait; it rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

interface WaitFacts extends WaitOptions {
  readonly clock: Clock;
  readonly instanceId: string;
}

/** Resolves at the first snapshot that is wanted, the present one included. */
export function waitForSnapshot(
  actor: ActorRefFrom<typeof instanceMachine>,
  wanted: InstanceStatus | ((snapshot: InstanceSnapshot) => boolean),
  { timeoutMs, signal, clock, instanceId }: WaitFacts,
): Promise<void> {
  const isDone =
    typeof wanted === 'function' ? wanted : (snapshot: InstanceSnapshot) => selectStatus(snapshot) === wanted;
  const name = typeof wanted === 'function' ? 'a condition' : `status "${wanted}"`;
  return new Promise((resolve, reject) => {
    let timer: unknown;
    const settle = (finish: () => void): void => {
      isSettled = true;
      subscription?.unsubscribe();
      signal?.removeEventListener('abort', abort);
      if (timer !== undefined) clock.clearTimeout(timer);
      finish();
    };
    const abort = (): void => settle(() => reject(signal?.reason));
    const gone = (): void => settle(() => reject(new InstanceStoppedError(instanceId)));
    const check = (snapshot: InstanceSnapshot): void => {
      try {
        if (isDone(snapshot)) settle(resolve);
        else if (snapshot.status !== 'active') gone();
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const expire = (timeout: number): void => {
      const found = `"${selectStatus(actor.getSnapshot())}"`;
      settle(() => reject(new WaitTimeoutError(`${name} of instance "${instanceId}"`, timeout, found)));
    };
    let subscription: { unsubscribe(): void } | undefined;
    let isSettled = false;
    if (signal?.aborted) return abort();
    check(actor.getSnapshot());
    if (isSettled) return;
    subscription = actor.subscribe({ next: check, error: gone, complete: gone });
    signal?.addEventListener('abort', abort, { once: true });
    if (timeoutMs !== undefined) timer = clock.setTimeout(() => expire(timeoutMs), timeoutMs);
  });
}
