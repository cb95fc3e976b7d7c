import { compileMachine } from '@holdfast/compile';
import { instanceMachine, selectStatus } from 'holdfast';
import { type ActorRefFrom, createActor } from 'xstate';
import { identity, type MachineKind, type Machines, reason, type Setting, type Stretch } from './Machines.ts';
import type { Traffic } from './traffic.ts';

type Logic = typeof instanceMachine;
type Actor = ActorRefFrom<Logic>;

/** The chart in an actor of XState, with XState's interpreter. */
export const interpreted: MachineKind = {
  name: 'interpreted',
  label: 'XState, interpreted',
  open: (setting) => new Actors(instanceMachine, setting),
};

let compiledLogic: Logic | undefined;

/** The same actor of XState with the compiled chart. */
export const compiled: MachineKind = {
  name: 'compiled',
  label: 'XState, compiled',
  open: (setting) => {
    compiledLogic ??= compileMachine(instanceMachine, { strict: true });
    return new Actors(compiledLogic, setting);
  },
};

/** Each actor is a root of its own, as `createActor` makes it. */
class Actors implements Machines {
  readonly #actors: ReadonlyMap<string, Actor>;
  readonly #first: Actor;

  constructor(logic: Logic, { ids, observer }: Setting) {
    const { channelType, instanceModule } = identity;
    const actorOf = (id: string): Actor => {
      const instance = { id, name: 'Bench', channelType };
      return createActor(logic, { input: { instance, instanceModule, observer } }).start();
    };
    this.#actors = new Map(ids.map((id) => [id, actorOf(id)]));
    this.#first = this.#actorOf(ids[0] ?? '');
    this.#first.send({ type: 'notify.connected' });
  }

  success(times: number): void {
    for (let count = 0; count < times; count += 1) this.#first.send({ type: 'notify.success' });
  }

  failureSuccess(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.send({ type: 'notify.failure', reason });
      this.#first.send({ type: 'notify.success' });
    }
  }

  connection(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.send({ type: 'notify.connected' });
      this.#first.send({ type: 'notify.disconnected', reason });
    }
  }

  mixed({ ids, kinds, mask }: Traffic, { from, times }: Stretch): void {
    for (let place = from; place < from + times; place += 1) {
      const actor = this.#actors.get(ids[place & mask] ?? '');
      switch (kinds[place & mask]) {
        case 'connecting':
          actor?.send({ type: 'notify.connecting' });
          break;
        case 'connected':
          actor?.send({ type: 'notify.connected' });
          break;
        case 'disconnected':
          actor?.send({ type: 'notify.disconnected', reason });
          break;
        case 'failure':
          actor?.send({ type: 'notify.failure', reason });
          break;
        case 'success':
          actor?.send({ type: 'notify.success' });
      }
    }
  }

  stateOf(id: string) {
    const snapshot = this.#actorOf(id).getSnapshot();
    const { consecutiveFailures, lastError } = snapshot.context;
    return { status: selectStatus(snapshot), consecutiveFailures, lastError };
  }

  close(): void {
    for (const actor of this.#actors.values()) actor.stop();
  }

  #actorOf(id: string): Actor {
    const actor = this.#actors.get(id);
    if (!actor) throw new RangeError(`There is no instance "${id}".`);
    return actor;
  }
}
