import type { Arrival } from '../servers/Server.ts';
import { type MessageName, readMessageName, type SubjectPlan } from '../subject/protocol.ts';
import { type Evidence, type Fate, fateOf, mayArrive } from './fates.ts';

/** What must not be, in words, by the check that it fails. */
export interface OutboundFindings {
  readonly lost: readonly string[];
  readonly repeated: readonly string[];
  readonly disordered: readonly string[];
  readonly refusedAndSent: readonly string[];
  readonly wronglyGivenUp: readonly string[];
  readonly undecided: readonly string[];
  readonly left: readonly string[];
  readonly counts: OutboundCounts;
}

export interface OutboundCounts {
  readonly accepted: number;
  readonly refused: number;
  readonly arrived: number;
  /** Arrived, and the process was killed before it could say that it had accepted it. */
  readonly unpromised: number;
  /** More arrivals than messages. */
  readonly duplicates: number;
  /** Found in doubt after a kill, once at least. */
  readonly inDoubt: number;
  readonly held: number;
  readonly givenUp: number;
  readonly cutOff: number;
  /** In the store at the very end. */
  readonly stored: number;
  readonly lost: number;
}

export interface OutboundEvidence extends Evidence {
  readonly subjects: readonly SubjectPlan[];
  /** In the order of the server, instance by instance. */
  readonly arrivals: readonly Arrival[];
}

/** Compares what was promised with what the servers have written down. */
export function outboundFindings(evidence: OutboundEvidence): OutboundFindings {
  const { ledger, pasts, left } = evidence;
  const times = timesOf(evidence.arrivals);
  const fates = new Map([...ledger.accepted.keys()].map((message) => [message, fateOf(message, evidence)]));
  const having = (fate: Fate): string[] => [...fates].filter(([, one]) => one === fate).map(([message]) => message);
  const lost = having('lost');
  const unconfirmed = [...ledger.confirmed].filter((message) => !evidence.arrived.has(message));
  return {
    lost: [
      ...lost.map((message) => `${message}: accepted, and nowhere; ${lastSeen(pasts.of(message).lastStored)}`),
      ...unconfirmed.map((message) => `${message}: sent, says its instance, and no server has it`),
    ],
    repeated: repeatedIn(evidence, times),
    disordered: disorderedIn(evidence),
    refusedAndSent: [...ledger.refused.keys()].filter((message) => times.has(message)),
    wronglyGivenUp: wronglyGivenUpIn(evidence),
    undecided: undecidedIn(evidence),
    left: [...left.outbox.keys()].map((message) => `${message} is still in the store`),
    counts: {
      accepted: ledger.accepted.size,
      refused: ledger.refused.size,
      arrived: having('arrived').length,
      unpromised: [...times.keys()].filter((message) => !ledger.accepted.has(message)).length,
      duplicates: evidence.arrivals.length - times.size,
      inDoubt: pasts.inDoubt.length,
      held: ledger.held.size,
      givenUp: having('given up').length,
      cutOff: having('cut off').length,
      stored: having('stored').length,
      lost: lost.length,
    },
  };
}

function timesOf(arrivals: readonly Arrival[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { text } of arrivals) times.set(text, (times.get(text) ?? 0) + 1);
  return times;
}

function policyOf({ subjects }: OutboundEvidence, message: string): SubjectPlan['policy'] {
  const instance = readMessageName(message)?.instance;
  return subjects.find(({ id }) => id === instance)?.policy ?? 'fail';
}

function repeatedIn(evidence: OutboundEvidence, times: ReadonlyMap<string, number>): string[] {
  return [...times].flatMap(([message, arrivals]) => {
    const past = evidence.pasts.of(message);
    const policy = policyOf(evidence, message);
    const allowed = mayArrive(past, policy);
    if (arrivals <= allowed) return [];
    const { timesInDoubt, timesTakenBack } = past;
    const why = `in doubt ${timesInDoubt} times, taken back ${timesTakenBack} times, policy ${policy}`;
    return [`${message}: arrived ${arrivals} times, ${allowed} at most were due (${why})`];
  });
}

/** By the first time that each arrives, and in the conversation that it was meant for. */
function disorderedIn({ arrivals, subjects }: OutboundEvidence): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const last = new Map<string, MessageName>();
  const plans = new Map(subjects.map((plan) => [plan.id, plan]));
  for (const { conversation, instance, text } of arrivals) {
    const name = readMessageName(text);
    const isMeant =
      name?.instance === instance && plans.get(instance)?.conversations[name.conversation] === conversation;
    if (!name || !isMeant) {
      found.push(`"${text}" arrived in ${conversation} from ${instance}, and nobody sent it there`);
      continue;
    }
    if (seen.has(text)) continue;
    seen.add(text);
    const key = `${instance}/${conversation}`;
    const before = last.get(key);
    if (before && !isAfter(name, before))
      found.push(`${text} arrived after life ${before.life} number ${before.number} of its conversation`);
    else last.set(key, name);
  }
  return found;
}

function isAfter(one: MessageName, other: MessageName): boolean {
  return one.life > other.life || (one.life === other.life && one.number > other.number);
}

/** Only what was in doubt, under the policy that says so; and that certainly, unless the cut of the log took the doubt back. */
function wronglyGivenUpIn(evidence: OutboundEvidence): string[] {
  const { left, pasts } = evidence;
  const given = [...left.letters].flatMap(([message, code]) => {
    const isRight = policyOf(evidence, message) === 'fail' && pasts.of(message).timesInDoubt > 0;
    return isRight ? [] : [`${message}: given up for ${code}, and it was not in doubt`];
  });
  const kept = pasts.inDoubt
    .filter((message) => policyOf(evidence, message) === 'fail' && pasts.of(message).timesTakenBack === 0)
    .filter((message) => !left.letters.has(message))
    .map((message) => `${message}: in doubt under "fail", and not among the dead letters`);
  return [...given, ...kept];
}

/** Under "hold" nothing that was in doubt goes on before somebody has decided. */
function undecidedIn(evidence: OutboundEvidence): string[] {
  const { ledger, pasts } = evidence;
  return pasts.inDoubt
    .filter((message) => policyOf(evidence, message) === 'hold' && pasts.of(message).timesTakenBack === 0)
    .filter((message) => !ledger.held.has(message))
    .map((message) => `${message}: in doubt under "hold", and it was never held`);
}

function lastSeen(life: number): string {
  return life === 0 ? 'it was in the store at no kill' : `last in the store at the end of life ${life}`;
}
