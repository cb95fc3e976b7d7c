import type { Broker } from '../../peers/Broker.ts';
import { howToRepeat } from '../cli.ts';
import type { FillableDisk } from '../disk/fillableDisk.ts';
import type { Kill, Plan, Stage } from '../plan.ts';
import { rounds } from '../run/fillDisk.ts';
import { instancesOfAKind } from '../servers/Servers.ts';

interface HeaderInput {
  readonly seed: number;
  readonly broker: Pick<Broker, 'name'>;
  readonly disk: Pick<FillableDisk, 'kind'>;
  readonly plan: Plan;
}

/** What is done to what, before it begins. In lines of 80 columns at most. */
export function headerOf({ broker, disk, plan, seed }: HeaderInput): string {
  return `Crash, seed ${seed}. The same kills again: ${howToRepeat(seed)}

One process, one SQLite store, ${2 * instancesOfAKind} instances that send and get messages all the
while: ${instancesOfAKind} Telegram bots on crabline, ${instancesOfAKind} MQTT clients
on ${broker.name}.
Of each kind 4 are to "retry" what nobody knows the fate of, 3 to "hold" it
for a decision, 3 to "fail" it. The servers and the ledger are outside.

  1. ${plan.kills.length} kills by SIGKILL ${stagesOf(plan.kills)}
  2. ${plan.cuts.length} kills, after each of which the write-ahead log is cut off at a random
     byte. What SQLite promises then: the transactions that are whole are there,
     those after them are gone as if they had never been, nothing is damaged. A
     message whose transaction is gone was accepted in vain, and may go; what is
     whole is reckoned from the bytes of the log, and must all be there.
  3. ${rounds} times a full disk, below a working process and below one that starts:
     ${disk.kind}.

`;
}

function stagesOf(kills: readonly Kill[]): string {
  const count = (...stages: readonly Stage[]): number =>
    kills.filter(({ point }) => stages.includes(point.stage)).length;
  return `(${count('opening', 'started')} while it starts, ${count('accepted')} right after an
     accept, ${count('handled')} right after a handling, ${count('connected')} while it connects and works),
     each at a random moment, and a start on the same store after each.`;
}
