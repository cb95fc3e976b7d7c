/** Settles as `work` does, or rejects with the reason of the first of the signals that aborts. */
export function untilAborted<T>(work: Promise<T>, signals: readonly AbortSignal[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      for (const signal of signals) signal.removeEventListener('abort', giveUp);
    };
    const giveUp = (): void => {
      stop();
      reject(signals.find((signal) => signal.aborted)?.reason);
    };
    for (const signal of signals) signal.addEventListener('abort', giveUp);
    work.then(resolve, reject).finally(stop);
    if (signals.some((signal) => signal.aborted)) giveUp();
  });
}
