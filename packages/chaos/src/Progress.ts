import type { Cycle } from './plan.ts';
import { duration } from './report/table.ts';
import type { CycleOutcome } from './runCycle.ts';

interface ProgressOptions {
  readonly out: (text: string) => void;
  readonly isTerminal: boolean;
  readonly total: number;
}

/** Shows how far the run is: on a terminal in one line that changes, elsewhere in a line for each fault that is over. */
export class Progress {
  readonly #out: (text: string) => void;
  readonly #isTerminal: boolean;
  readonly #total: number;
  readonly #startedAtMs = performance.now();
  readonly #running = new Set<Cycle>();
  #done = 0;

  constructor({ out, isTerminal, total }: ProgressOptions) {
    this.#out = out;
    this.#isTerminal = isTerminal;
    this.#total = total;
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
    if (this.#isTerminal) this.#clear();
    const noticed = noticeMs === null ? 'not noticed' : `noticed after ${duration(noticeMs)}`;
    const recovered = recoverMs === null ? 'NOT RECOVERED' : `well ${duration(recoverMs)} after it`;
    const line = `${this.#stamp()}  ${placeOf(cycle).padEnd(11)}  ${cycle.fault.name}: ${noticed}, ${recovered}`;
    if (!this.#isTerminal || complaints.length > 0) this.#out(`${line}\n`);
    for (const complaint of complaints) this.#out(`         ${complaint}\n`);
    this.#redraw();
  }

  say(what: string): void {
    if (this.#isTerminal) this.#clear();
    this.#out(`${this.#stamp()}  ${what}\n`);
  }

  #redraw(): void {
    if (!this.#isTerminal) return;
    const running = this.underWay.map((cycle) => `${placeOf(cycle)} ${cycle.fault.name}`).join(' | ');
    this.#out(`\r\u001b[K${this.#stamp()}  ${running}`.slice(0, 160));
  }

  #clear(): void {
    this.#out('\r\u001b[K');
  }

  #stamp(): string {
    const seconds = ((performance.now() - this.#startedAtMs) / 1_000).toFixed(0).padStart(3);
    const width = String(this.#total).length;
    return `[${String(this.#done).padStart(width)}/${this.#total}] ${seconds} s`;
  }
}

function placeOf({ fault, kind, place }: Cycle): string {
  return fault.reach === 'peer' ? place.peerGroups.join('+').replaceAll(`+${kind}-`, '+') : place.group;
}
