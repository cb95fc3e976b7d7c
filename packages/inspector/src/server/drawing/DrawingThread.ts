import { Worker } from 'node:worker_threads';
import type { DrawingAnswer, DrawingCall } from './drawingWorker.ts';
import { warmUpChart } from './warmUpChart.ts';

/** A drawing that takes longer never ends, or might as well not. */
export interface Patience {
  readonly longestMs: number;
}

/** The engine is at its pace after so many charts. */
const warmUps = 3;
/** As `tsc` has built it, whether this runs from `src` or from `dist`. */
const script = new URL('../../../dist/server/drawing/drawingWorker.js', import.meta.url);

/**
 * Lays charts out in a thread of its own: it takes a fifth of a second, and at the first time a whole one, in which the process that is
 * watched would do nothing else.
 *
 * T1. One call at a time, whoever asks, in the order of the calls.
 * T2. A thread that breaks, or takes too long, fails the call that it is at, and the next call has another.
 */
export class DrawingThread {
  readonly #patience: Patience;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;

  constructor(patience: Patience = { longestMs: 20_000 }) {
    this.#patience = patience;
  }

  /** Makes it ready, so that whoever asks first does not wait for the engine. It gives way to who asks meanwhile. */
  async warmUp(): Promise<void> {
    for (let round = 0; round < warmUps && this.#waiting === 0; round += 1)
      await this.draw({ chart: warmUpChart, format: 'page' }).catch(() => undefined);
  }

  /** Rejects when the chart cannot be laid out. T1 */
  draw(call: DrawingCall): Promise<string> {
    this.#waiting += 1;
    const drawn = this.#last
      .then(() => this.#draw(call))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = drawn.catch(() => undefined);
    return drawn;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  async #draw(call: DrawingCall): Promise<string> {
    if (this.#isClosed) throw new Error('The inspector is closed.');
    const drawn = await ask(this.#start(), call, this.#patience.longestMs);
    if (drawn === null) throw new Error('The chart cannot be laid out.');
    return drawn;
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    // What the process was started with is not meant for it.
    const worker = new Worker(script, { execArgv: [] });
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      this.#worker = undefined;
    });
    this.#worker = worker;
    return worker;
  }
}

/** T2 */
function ask(worker: Worker, call: DrawingCall, longestMs: number): Promise<DrawingAnswer> {
  return new Promise((resolve) => {
    const late = setTimeout(() => void worker.terminate(), longestMs).unref();
    const settle = (answer: DrawingAnswer): void => {
      clearTimeout(late);
      worker.off('message', settle).off('exit', fail);
      resolve(answer);
    };
    const fail = (): void => settle(null);
    worker.on('message', settle).on('exit', fail);
    worker.postMessage(call);
  });
}
