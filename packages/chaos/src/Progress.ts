import type { Cycle } from './plan.ts';
import { duration } from './report/table.ts';
import type { CycleOutcome } from './runCycle.ts';

interface ProgressOptions {
  readonly out: (text: string) => void;
  /** How wide the terminal is at the moment; undefined where the output goes elsewhere. */
  readonly columns: () => number | undefined;
  readonly total: number;
}

const barWidth = 20;
const tickMs = 1_000;
const clearLine = '\r\u001b[K';

/** Shows how far the run is: on a terminal in one line that changes, elsewhere in a line for each fault that is over. */
export class Progress {
  readonly #out: (text: string) => void;
  readonly #columns: () => number | undefined;
  readonly #total: number;
  readonly #startedAtMs = performance.now();
  readonly #running = new Set<Cycle>();
  readonly #ticking: NodeJS.Timeout | undefined;
  #done = 0;

  constructor({ out, columns, total }: ProgressOptions) {
    this.#out = out;
    this.#columns = columns;
    this.#total = total;
    if (columns() === undefined) out(`${'done'.padStart(7)}  ${'time'.padStart(6)}  ${rowOf(heading)}\n`);
    else this.#ticking = setInterval(() => this.#redraw(), tickMs).unref();
  }

  /** The faults that are being done now. */
  get underWay(): readonly Cycle[] {
    return [...this.#running];
  }

  begin(cycle: Cycle): void {
    this.#running.add(cycle);
    this.#redraw();
  }

  end({ cycle, noticeMs, recoverMs, complaints }: CycleOutcome): void {
    this.#running.delete(cycle);
    this.#done += 1;
    if (complaints.length > 0 || this.#columns() === undefined) {
      const recovered = recoverMs === null ? 'NEVER' : duration(recoverMs);
      this.say(
        [rowOf([placeOf(cycle), cycle.fault.name, duration(noticeMs), recovered]), ...complaints].join('\n    '),
      );
    }
    this.#redraw();
  }

  say(what: string): void {
    this.#clear();
    const done = String(this.#done).padStart(String(this.#total).length);
    this.#out(`${`[${done}/${this.#total}]`.padStart(7)}  ${this.#time()}  ${what}\n`);
  }

  /** Leaves nothing behind on the terminal. */
  close(): void {
    clearInterval(this.#ticking);
    this.#clear();
  }

  #redraw(): void {
    const columns = this.#columns();
    if (columns === undefined) return;
    const full = Math.round((barWidth * this.#done) / this.#total);
    const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
    const running = this.underWay.map((cycle) => `${placeOf(cycle)} ${cycle.fault.name}`).join(', ');
    const line = `${bar} ${this.#done}/${this.#total} ${this.#time()}  ${running}`;
    this.#out(clearLine + (line.length < columns ? line : `${line.slice(0, columns - 2)}…`));
  }

  #clear(): void {
    if (this.#columns() !== undefined) this.#out(clearLine);
  }

  #time(): string {
    return `${((performance.now() - this.#startedAtMs) / 1_000).toFixed(0)} s`.padStart(6);
  }
}

type Row = readonly [place: string, fault: string, noticed: string, recovered: string];

const heading: Row = ['where', 'fault', 'noticed', 'recovered'];

function rowOf([place, fault, noticed, recovered]: Row): string {
  return `${place.padEnd(10)}  ${fault.padEnd(17)}  ${noticed.padStart(7)}  ${recovered.padStart(9)}`;
}

function placeOf({ fault, kind, place }: Cycle): string {
  return fault.reach === 'peer' ? place.peerGroups.join('+').replaceAll(`+${kind}-`, '+') : place.group;
}
