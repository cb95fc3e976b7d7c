import type { Observer } from 'holdfast';
import { action, createMachine, guard, interpret, reduce, state, transition } from 'robot3';
import type { MachineKind, Machines, Setting, Stretch } from './Machines.ts';
import {
  afterConnected,
  afterDisconnected,
  afterFailure,
  afterSuccess,
  createPlainContext,
  hasFailures,
  isLastFailure,
  type PlainContext,
  publishConnected,
  publishConnecting,
  publishDisconnected,
  publishError,
  publishFailureCounted,
  publishRecovered,
  publishStarted,
} from './plainModel.ts';
import type { Traffic } from './traffic.ts';

export const robot: MachineKind = {
  name: 'robot3',
  label: 'robot3',
  open: (setting) => new Robots(setting),
};

/** robot3 has no transition for all states, so each state is given all of them. */
const connecting = transition('connecting', 'connecting', action(publishConnecting));
const connected = transition('connected', 'connected', reduce(afterConnected), action(publishConnected));
const disconnected = transition('disconnected', 'disconnected', reduce(afterDisconnected), action(publishDisconnected));
const failing = transition(
  'failure',
  'error',
  guard(isLastFailure),
  reduce(afterFailure),
  action(publishFailureCounted),
  action(publishError),
);
const failureIn = (name: string) => transition('failure', name, reduce(afterFailure), action(publishFailureCounted));
const successIn = (name: string) =>
  transition('success', name, guard(hasFailures), reduce(afterSuccess), action(publishRecovered));
const stateOf = (name: string) => state(connecting, connected, disconnected, failing, failureIn(name), successIn(name));

const machine = createMachine(
  'starting',
  {
    starting: stateOf('starting'),
    connecting: stateOf('connecting'),
    connected: stateOf('connected'),
    disconnected: stateOf('disconnected'),
    error: state(connecting, connected, disconnected, failureIn('error'), successIn('error')),
  },
  (context: PlainContext) => context,
);

function robotOf(id: string, observer: Observer) {
  const context = createPlainContext(id, observer);
  publishStarted(context);
  return interpret(machine, () => undefined, context);
}

type Robot = ReturnType<typeof robotOf>;

class Robots implements Machines {
  readonly #robots: ReadonlyMap<string, Robot>;
  readonly #first: Robot;

  constructor({ ids, observer }: Setting) {
    this.#robots = new Map(ids.map((id) => [id, robotOf(id, observer)]));
    this.#first = this.#robotOf(ids[0] ?? '');
    this.#first.send('connected');
  }

  success(times: number): void {
    for (let count = 0; count < times; count += 1) this.#first.send('success');
  }

  failureSuccess(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.send('failure');
      this.#first.send('success');
    }
  }

  connection(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.send('connected');
      this.#first.send('disconnected');
    }
  }

  mixed({ ids, kinds, mask }: Traffic, { from, times }: Stretch): void {
    for (let place = from; place < from + times; place += 1) {
      const machineOfId = this.#robots.get(ids[place & mask] ?? '');
      switch (kinds[place & mask]) {
        case 'connecting':
          machineOfId?.send('connecting');
          break;
        case 'connected':
          machineOfId?.send('connected');
          break;
        case 'disconnected':
          machineOfId?.send('disconnected');
          break;
        case 'failure':
          machineOfId?.send('failure');
          break;
        case 'success':
          machineOfId?.send('success');
      }
    }
  }

  stateOf(id: string) {
    const { context, machine: current } = this.#robotOf(id);
    const { consecutiveFailures, lastError } = context;
    return { status: String(current.current), consecutiveFailures, lastError };
  }

  close(): void {
    // It holds nothing but memory.
  }

  #robotOf(id: string): Robot {
    const found = this.#robots.get(id);
    if (!found) throw new RangeError(`There is no instance "${id}".`);
    return found;
  }
}
