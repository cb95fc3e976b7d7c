import { join } from 'node:path';
import type { Broker } from '../../peers/Broker.ts';
import type { Children } from '../../peers/Children.ts';
import type { FillableDisk } from '../disk/fillableDisk.ts';
import { ordinaryPlace } from '../disk/Place.ts';
import type { Plan } from '../plan.ts';
import { type DiskOutcome, fillDisk } from './fillDisk.ts';
import { type CutCounts, type KillProgress, killAll } from './killAll.ts';
import { Stage, type StageOutcome } from './Stage.ts';

export interface CrashOptions {
  readonly plan: Plan;
  readonly children: Children;
  readonly broker: Broker;
  readonly disk: FillableDisk;
  readonly progress: KillProgress & { say(what: string): void };
}

/** What was seen in the three parts. */
export interface Observations {
  readonly killed: StageOutcome;
  readonly torn: StageOutcome & { readonly cuts: CutCounts };
  readonly full: StageOutcome & { readonly disk: DiskOutcome };
}

export async function runCrash({ plan, children, broker, disk, progress }: CrashOptions): Promise<Observations> {
  const storeOf = (name: string) => ordinaryPlace(join(children.folder, `${name}.db`));

  const killing = await Stage.start({ children, broker, name: 'killed', place: storeOf('killed') });
  await killAll(killing, plan.kills, progress);
  const killed = await killing.finish();
  await killing.close();
  progress.say('the account of the kills is made up');

  const tearing = await Stage.start({ children, broker, name: 'torn', place: storeOf('torn') });
  const cuts = await killAll(tearing, plan.cuts, progress);
  const torn = await tearing.finish();
  await tearing.close();
  progress.say('the account of the torn logs is made up');

  const filling = await Stage.start({ children, broker, name: 'full', place: disk.place });
  const diskOutcome = await fillDisk(filling, disk, (what) => progress.say(what));
  const full = await filling.finish();
  await filling.close();
  return { killed, torn: { ...torn, cuts }, full: { ...full, disk: diskOutcome } };
}
