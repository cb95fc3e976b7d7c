import type { WriteStream } from 'node:tty';
import type { HealthSnapshot, TelemetryEvent } from 'holdfast';
import { renderTable } from './liveTable.ts';
import { type Paint, paintFor } from './paint.ts';
import { renderSignal, type Signal } from './signalLog.ts';
import { cut } from './text.ts';
import type { View } from './view.ts';

export interface LiveViewOptions {
  readonly terminal: WriteStream;
  /** What to say above the table, line by line. Asked for each frame. */
  readonly title: () => readonly string[];
  readonly rows: () => readonly HealthSnapshot[];
}

/** Signals that come together are drawn together. Milliseconds. */
const frameDelayMs = 40;
/** How often the uptime moves when nothing else does. Milliseconds. */
const idleFrameMs = 1_000;
const mostSignals = 20;
/** For a terminal that does not tell, and says 0. */
const assumedSize = { columns: 80, rows: 24 };

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearScreen = '\u001b[2J\u001b[H';
const clearToLineEnd = '\u001b[K';
const clearBelow = '\u001b[J';

/** A table of the instances that stays in its place, and the last signals below it. */
export class LiveView implements View {
  readonly #options: LiveViewOptions;
  readonly #paint: Paint;
  readonly #signals: Signal[] = [];
  readonly #ticker: NodeJS.Timeout;
  #frame: NodeJS.Timeout | undefined;
  /** How many lines of the last frame stand above the cursor. */
  #height = 0;

  constructor(options: LiveViewOptions) {
    const { terminal } = options;
    this.#options = options;
    this.#paint = paintFor(terminal);
    this.#ticker = setInterval(() => this.#draw(), idleFrameMs);
    terminal.write(hideCursor);
    terminal.on('resize', this.#redraw);
    process.once('exit', this.#restoreCursor);
  }

  /** Only remembers: a signal comes from within a transition, which is no time for drawing. */
  readonly observe = (event: TelemetryEvent): void => {
    this.#signals.push({ at: new Date(), event });
    if (this.#signals.length > mostSignals) this.#signals.shift();
    this.#frame ??= setTimeout(() => this.#draw(), frameDelayMs);
  };

  /** Leaves the last frame where it is. */
  [Symbol.dispose](): void {
    this.#draw();
    clearInterval(this.#ticker);
    clearTimeout(this.#frame);
    this.#options.terminal.off('resize', this.#redraw);
    process.off('exit', this.#restoreCursor);
    this.#restoreCursor();
  }

  readonly #restoreCursor = (): void => {
    this.#options.terminal.write(showCursor);
  };

  /** The terminal has wrapped the old frame anew, so that nobody knows where it begins. */
  readonly #redraw = (): void => {
    this.#options.terminal.write(clearScreen);
    this.#height = 0;
    this.#draw();
  };

  #draw(): void {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    const lines = this.#render();
    const up = this.#height > 0 ? `\u001b[${this.#height}A` : '';
    const body = lines.map((line) => `${line}${clearToLineEnd}\n`).join('');
    this.#options.terminal.write(`\r${up}${body}${clearBelow}`);
    this.#height = lines.length;
  }

  #render(): string[] {
    const { terminal, title, rows } = this.#options;
    const width = terminal.columns || assumedSize.columns;
    const height = terminal.rows || assumedSize.rows;
    const table = renderTable(rows(), width, this.#paint);
    const head = [...title().map((line) => this.#paint('dim', cut(line, width))), '', ...table, ''];
    // One line stays free for the cursor.
    const room = Math.max(height - head.length - 1, 0);
    const signals = room > 0 ? this.#signals.slice(-room) : [];
    return [...head, ...signals.map((signal) => renderSignal(signal, width, this.#paint))].slice(0, height - 1);
  }
}
