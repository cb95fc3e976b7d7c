import { compiled, interpreted } from './actors.ts';
import { handWritten } from './handWrittenMachines.ts';
import type { MachineKind } from './Machines.ts';
import { robot } from './robots.ts';
import { servers } from './servers.ts';
import { xstateStore } from './stores.ts';

/** In the order in which tables show them. */
export const machineKinds: readonly MachineKind[] = [interpreted, compiled, servers, xstateStore, robot, handWritten];

/** Throws for a name that nobody has. */
export function machineKindOf(name: string): MachineKind {
  const kind = machineKinds.find((candidate) => candidate.name === name);
  if (!kind) throw new RangeError(`Nobody is called "${name}": ${machineKinds.map((known) => known.name).join(', ')}.`);
  return kind;
}
