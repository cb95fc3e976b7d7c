import type { Kill } from '../plan.ts';
import type { KillProgress } from '../run/killAll.ts';

interface CrashProgressOptions {
  readonly out: (text: string) => void;
  /** How wide the terminal is at the moment; undefined where the output goes elsewhere. */
  readonly columns: () => number | undefined;
  readonly total: number;
}

const barWidth = 20;
const clearLine = '\r\u001b[K';
/** Where the output is no terminal, each so many kills are a line. */
const killsInALine = 10;

/** Shows how far the run is: on a terminal in one line that changes, elsewhere in a line for each ten kills. */
export class CrashProgress implements KillProgress {
  readonly #options: CrashProgressOptions;
  readonly #startedAtMs = performance.now();
  #done = 0;
  #underWay = 'starting the servers';

  constructor(options: CrashProgressOptions) {
    this.#options = options;
  }

  get underWay(): string {
    return this.#underWay;
  }

  begin(kill: Kill): void {
    this.#underWay = describeKill(kill);
    this.#redraw();
  }

  end(kill: Kill, complaints: readonly string[]): void {
    this.#done += 1;
    for (const complaint of complaints) this.say(complaint);
    if (this.#options.columns() === undefined && this.#done % killsInALine === 0) this.say(describeKill(kill));
    this.#redraw();
  }

  say(what: string): void {
    const { columns, out, total } = this.#options;
    this.#clear();
    const done = String(this.#done).padStart(String(total).length);
    out(`[${done}/${total}]  ${this.#time()}  ${what}\n`);
    this.#underWay = what;
    if (columns() !== undefined) this.#redraw();
  }

  /** Leaves nothing behind on the terminal. */
  close(): void {
    this.#clear();
  }

  #redraw(): void {
    const { columns, out, total } = this.#options;
    const width = columns();
    if (width === undefined) return;
    const full = Math.round((barWidth * this.#done) / total);
    const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
    const line = `${bar} ${this.#done}/${total} ${this.#time()}  ${this.#underWay}`;
    out(clearLine + (line.length < width ? line : `${line.slice(0, width - 2)}…`));
  }

  #clear(): void {
    if (this.#options.columns() !== undefined) this.#options.out(clearLine);
  }

  #time(): string {
    return `${((performance.now() - this.#startedAtMs) / 1_000).toFixed(0)} s`.padStart(6);
  }
}

const reportNames = {
  opening: 'the store is opened',
  started: 'instances are started',
  connected: 'instances are connected',
  accepted: 'messages are accepted',
  handled: 'messages are handled',
} as const satisfies Record<Kill['point']['stage'], string>;

function describeKill({ cut, number, point }: Kill): string {
  const { count, delayMs, stage } = point;
  const torn = cut === undefined ? '' : `, log cut at ${(cut.share * 100).toFixed(1)} %`;
  return `${cut === undefined ? 'kill' : 'tear'} ${number}: ${reportNames[stage]} (${count}) + ${delayMs} ms${torn}`;
}
