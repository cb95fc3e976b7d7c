/** Something was alive that should not have been. The message lists each. */
export class LeakError extends Error {
  override readonly name = 'LeakError';
  readonly timers: readonly LeakedTimer[];
  readonly actors: readonly LeakedActor[];

  constructor(leaks: Leaks, isTracked: boolean) {
    const { actors, timers } = leaks;
    const counts = [count(timers.length, 'timer'), count(actors.length, 'actor')].filter((part) => part !== '');
    const lines = [...timers.map(describeTimer), ...actors.map(describeActor)];
    const hint = isTracked ? '' : '\nTo see where each was created: new VirtualClock({ trackCreation: true }).';
    super(`${counts.join(' and ')} still alive after stop:\n${lines.map((line) => `  ${line}`).join('\n')}${hint}`);
    this.timers = timers;
    this.actors = actors;
  }
}

export interface Leaks {
  /** The next one first. */
  readonly timers: readonly LeakedTimer[];
  /** Parents before their children. */
  readonly actors: readonly LeakedActor[];
}

export interface LeakedTimer {
  /** That of `PendingTimer`. */
  readonly id: number;
  /** `after 1000 ms in light.yellow, of actor "x:1"`; `timer` when nobody knows more. */
  readonly what: string;
  /** Milliseconds of virtual time until it runs; less than 0 after a `jump`. */
  readonly dueInMs: number;
  /** `startBot (/app/src/bot.ts:12:5)`; undefined when the clock keeps no places. */
  readonly createdAt: string | undefined;
}

export interface LeakedActor {
  /** XState's `id`: unique among the children of its parent. */
  readonly id: string;
  /** Unique in the process. */
  readonly sessionId: string;
  /** The ids from its root on, with ` › ` between them. */
  readonly path: string;
  /** What it runs and whose it is: `machine "fetch", root actor`, `invoked in loading of "fetch"`, `spawned by "fetch"`. */
  readonly what: string;
  readonly createdAt: string | undefined;
}

function describeTimer({ createdAt, dueInMs, id, what }: LeakedTimer): string {
  const due = dueInMs < 0 ? `overdue by ${-dueInMs} ms` : `due in ${dueInMs} ms`;
  return `timer ${id}: ${what}, ${due}${describePlace(createdAt)}`;
}

function describeActor({ createdAt, path, sessionId, what }: LeakedActor): string {
  const session = path === sessionId ? '' : ` (${sessionId})`;
  return `actor "${path}"${session}: ${what}${describePlace(createdAt)}`;
}

function describePlace(createdAt: string | undefined): string {
  return createdAt === undefined ? '' : `, created at ${createdAt}`;
}

function count(number: number, noun: string): string {
  if (number === 0) return '';
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
