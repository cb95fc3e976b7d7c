import type { WriteStream } from 'node:tty';
import { LiveView, type LiveViewOptions } from './LiveView.ts';
import { logLine } from './signalLog.ts';
import type { View } from './view.ts';

/** A live table in a terminal, a plain log anywhere else. */
export function openView(stdout: WriteStream, { title, rows }: Pick<LiveViewOptions, 'title' | 'rows'>): View {
  const isLive = stdout.isTTY && process.env['TERM'] !== 'dumb';
  return isLive ? new LiveView({ terminal: stdout, title, rows }) : openLog(stdout, title());
}

function openLog(stdout: WriteStream, title: readonly string[]): View {
  for (const line of title) stdout.write(`${line}\n`);
  return {
    observe: (event) => {
      stdout.write(`${logLine({ at: new Date(), event })}\n`);
    },
    [Symbol.dispose]: () => undefined,
  };
}
