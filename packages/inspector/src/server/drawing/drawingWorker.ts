import { parentPort } from 'node:worker_threads';
import type { ChartDescription } from '../../chartOf.ts';
import { type DrawingFormat, drawingOf } from './drawingOf.ts';

/** What the thread is asked; it answers in the same order. */
export interface DrawingCall {
  readonly chart: ChartDescription;
  readonly format: DrawingFormat;
}

/** The drawing; null when the chart cannot be laid out. */
export type DrawingAnswer = string | null;

parentPort?.on('message', ({ chart, format }: DrawingCall) => {
  void drawingOf(chart, format)
    .catch(() => null)
    .then((drawn: DrawingAnswer) => parentPort?.postMessage(drawn));
});
