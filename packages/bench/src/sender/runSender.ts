import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Surroundings } from '../contestants/Contestant.ts';
import type { Entry, Field } from '../contestants/catalogue.ts';
import type { RunAccount } from '../peers/Account.ts';
import type { ApiService } from '../peers/apiHost.ts';
import { ChildService } from '../processes/ChildService.ts';
import type { ContestantService } from './contestantHost.ts';
import type { LoadResult } from './load.ts';
import type { Plan, Scenario } from './plan.ts';

export interface SenderRun {
  readonly plan: Plan;
  readonly entries: readonly Entry[];
  /** Where the contestants' own folders are made, and removed again. */
  readonly folder: string;
  readonly onProgress: (what: string) => void;
}

/** What one contestant did in one round. */
export interface Turn {
  readonly burst: LoadResult;
  readonly paced: LoadResult;
}

/** A field of contestants in one scenario: each round has a turn for each of them, by name. */
export interface Match {
  readonly field: Field;
  readonly scenario: Scenario;
  readonly rounds: readonly ReadonlyMap<string, Turn>[];
}

/**
 * Lets the contestants of each field take turns, round by round, so that what slows the machine down for a while slows all
 * of them. Only one works at a time. Rejects when a message did not reach the server exactly once.
 */
export async function runSender(run: SenderRun): Promise<Match[]> {
  await using api = new ChildService<ApiService>(new URL('../peers/apiHost.js', import.meta.url));
  const apiRoot = await api.call('apiRoot');
  const matches: Match[] = [];
  for (const field of new Set(run.entries.map((entry) => entry.field))) {
    for (const scenario of run.plan.scenarios) {
      const entries = run.entries.filter((entry) => entry.field === field);
      matches.push({ field, scenario, rounds: await playMatch({ ...run, entries, scenario, api, apiRoot }) });
    }
  }
  return matches;
}

interface MatchSetting extends SenderRun {
  readonly scenario: Scenario;
  readonly api: ChildService<ApiService>;
  readonly apiRoot: string;
}

async function playMatch(setting: MatchSetting): Promise<ReadonlyMap<string, Turn>[]> {
  const hosts = new Map<string, ContestantHost>();
  try {
    for (const { name } of setting.entries) hosts.set(name, await openHost(name, setting));
    const rounds = await playRounds(hosts, setting);
    for (const host of hosts.values()) await host.call('close');
    return rounds;
  } finally {
    await Promise.all([...hosts.values()].map((host) => host[Symbol.asyncDispose]()));
  }
}

async function playRounds(
  hosts: ReadonlyMap<string, ContestantHost>,
  setting: MatchSetting,
): Promise<ReadonlyMap<string, Turn>[]> {
  const { onProgress, plan, scenario } = setting;
  const rounds: ReadonlyMap<string, Turn>[] = [];
  for (let round = -plan.warmUpRounds; round < plan.rounds; round += 1) {
    const turns = new Map<string, Turn>();
    const place = round < 0 ? 'warm-up' : `round ${round + 1} of ${plan.rounds}`;
    for (const [name, host] of hosts) {
      onProgress(`${scenario.instances} at once, ${place}: ${name}`);
      turns.set(name, await playTurn(host, { ...setting, run: `${name}-${scenario.instances}-${round}` }));
    }
    if (round >= 0) rounds.push(turns);
  }
  return rounds;
}

type ContestantHost = ChildService<ContestantService>;

async function openHost(name: string, setting: MatchSetting): Promise<ContestantHost> {
  const { apiRoot, folder, plan, scenario } = setting;
  const { maxInFlight } = plan;
  const { instances } = scenario;
  const own = await mkdtemp(join(folder, `${name}-`));
  const surroundings: Surroundings = { apiRoot, instances, maxInFlight, folder: own };
  const script = new URL('./contestantHost.js', import.meta.url);
  const host: ContestantHost = new ChildService(script, [name, JSON.stringify(surroundings)]);
  try {
    await host.call('ready');
    return host;
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

async function playTurn(host: ContestantHost, setting: MatchSetting & { readonly run: string }): Promise<Turn> {
  const { api, plan, run, scenario } = setting;
  const { chatsAnInstance, pacePerSecond } = plan;
  const { instances, messagesAnInstance, outstandingAnInstance, pacedAnInstance } = scenario;
  const load = { instances, chatsAnInstance };
  const burst = await host.call('burst', { ...load, run: `${run}-b`, messagesAnInstance, outstandingAnInstance });
  checkAccount(`${run}-b`, burst.messages, await api.call('account', `${run}-b`));
  const pace = { ...load, run: `${run}-p`, messagesAnInstance: pacedAnInstance, perSecond: pacePerSecond };
  const paced = await host.call('pace', pace);
  checkAccount(`${run}-p`, paced.messages, await api.call('account', `${run}-p`));
  return { burst, paced };
}

/** Throws unless the server has every message exactly once. */
export function checkAccount(run: string, sent: number, { received, distinct }: RunAccount): void {
  if (received === sent && distinct === sent) return;
  const found = `the server received ${received}, ${distinct} of them different`;
  throw new Error(`In ${run} ${sent} messages were sent, and ${found}: there is nothing to compare.`);
}
