import { HandWritten } from './HandWritten.ts';
import { type MachineKind, type Machines, reason, type Setting, type Stretch } from './Machines.ts';
import type { Traffic } from './traffic.ts';

export const handWritten: MachineKind = {
  name: 'handWritten',
  label: 'a hand-written class (the limit)',
  open: (setting) => new HandWrittenMachines(setting),
};

class HandWrittenMachines implements Machines {
  readonly #machines: ReadonlyMap<string, HandWritten>;
  readonly #first: HandWritten;

  constructor({ ids, observer }: Setting) {
    this.#machines = new Map(ids.map((id) => [id, new HandWritten(id, 'Bench', observer)]));
    this.#first = this.#machineOf(ids[0] ?? '');
    this.#first.connected();
  }

  success(times: number): void {
    for (let count = 0; count < times; count += 1) this.#first.success();
  }

  failureSuccess(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.failure(reason);
      this.#first.success();
    }
  }

  connection(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.connected();
      this.#first.disconnected(reason);
    }
  }

  mixed({ ids, kinds, mask }: Traffic, { from, times }: Stretch): void {
    for (let place = from; place < from + times; place += 1) {
      const machine = this.#machines.get(ids[place & mask] ?? '');
      switch (kinds[place & mask]) {
        case 'connecting':
          machine?.connecting();
          break;
        case 'connected':
          machine?.connected();
          break;
        case 'disconnected':
          machine?.disconnected(reason);
          break;
        case 'failure':
          machine?.failure(reason);
          break;
        case 'success':
          machine?.success();
      }
    }
  }

  stateOf(id: string) {
    const { consecutiveFailures, lastError, status } = this.#machineOf(id);
    return { status, consecutiveFailures, lastError };
  }

  close(): void {
    // It holds nothing but memory.
  }

  #machineOf(id: string): HandWritten {
    const machine = this.#machines.get(id);
    if (!machine) throw new RangeError(`There is no instance "${id}".`);
    return machine;
  }
}
