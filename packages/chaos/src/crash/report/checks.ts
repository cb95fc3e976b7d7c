import type { Check } from '../../report/checks.ts';
import type { Observations } from '../run/runCrash.ts';
import type { StageOutcome } from '../run/Stage.ts';

const shownDetails = 5;

export interface Facts extends Observations {
  readonly leftovers: readonly string[];
}

/** What has to hold in the end. */
export function checksOf({ full, killed, leftovers, torn }: Facts): Check[] {
  const all = (find: (outcome: StageOutcome) => readonly string[]): string[] => [
    ...find(killed).map((problem) => `kills: ${problem}`),
    ...find(torn).map((problem) => `torn log: ${problem}`),
    ...find(full).map((problem) => `full disk: ${problem}`),
  ];
  const notForRoom = [...full.refusals].filter(([error]) => error !== 'NOT_STORED (STORE_FULL)');
  const slow = full.disk.recoveriesMs;
  return [
    none(
      'nothing that was accepted is lost',
      all(({ outbound }) => outbound.lost),
    ),
    none(
      'nothing arrives twice that was not in doubt under "retry"',
      all(({ outbound }) => outbound.repeated),
    ),
    none(
      'each conversation arrives in its order',
      all(({ outbound }) => outbound.disordered),
    ),
    none(
      'nothing that was refused arrives',
      all(({ outbound }) => outbound.refusedAndSent),
    ),
    none(
      '"fail" gives up what was in doubt, and nothing else',
      all(({ outbound }) => outbound.wronglyGivenUp),
    ),
    none(
      '"hold" lets nothing go before somebody has decided',
      all(({ outbound }) => outbound.undecided),
    ),
    none(
      'in the end nothing is left in a store',
      all(({ outbound }) => outbound.left),
    ),
    none(
      'all that is offered is handled',
      all(({ inbound }) => inbound.unhandled),
    ),
    none(
      'nothing is handled again after that is written down',
      all(({ inbound }) => inbound.handledAfterCommit),
    ),
    none(
      'one kill repeats no more than was being handled',
      all(({ inbound }) => inbound.tooManyAgain),
    ),
    none(
      'each conversation is handled in its order',
      all(({ inbound }) => inbound.disordered),
    ),
    atLeast('logs were torn, and lost whole transactions by it', torn.cuts.transactionsGone),
    atLeast('a full disk refuses, and says why', full.refusals.get('NOT_STORED (STORE_FULL)') ?? 0),
    none(
      'nothing is refused for another reason',
      [...notForRoom, ...killed.refusals, ...torn.refusals].map(describeCount),
    ),
    {
      name: 'with room again it goes on by itself',
      holds: full.problems.length === 0 && slow.length > 0,
      found: `${slow.length} times, after ${Math.max(0, ...slow)} ms at most`,
      details: [],
    },
    none('a store opens after each kill, unless its disk is full', [
      ...[...killed.unopened, ...torn.unopened].map(describeCount),
      ...[...full.unopened].filter(([code]) => code !== 'STORE_FULL').map(describeCount),
    ]),
    none(
      'no instance, store or process did what it must not',
      all(({ problems }) => problems),
    ),
    none('no timer, socket or process is left', leftovers),
  ];
}

function none(name: string, problems: readonly string[]): Check {
  const details = problems.slice(0, shownDetails);
  return { name, holds: problems.length === 0, found: String(problems.length), details };
}

function describeCount([what, count]: readonly [what: string, count: number]): string {
  return `${count} times ${what}`;
}

function atLeast(name: string, count: number): Check {
  return { name, holds: count > 0, found: String(count), details: [] };
}
