import { createMessaging, type InstanceServer, type Messaging } from 'holdfast';
import { identity, type MachineKind, type Machines, reason, type Setting, type Stretch } from './Machines.ts';
import type { Traffic } from './traffic.ts';

/** What an app calls: instances of a messaging, without a channel, told by `notify…`, looked up by `whereis`. */
export const servers: MachineKind = {
  name: 'server',
  label: 'InstanceServer',
  open: (setting) => new Servers(setting),
};

class Servers implements Machines {
  readonly #messaging: Messaging;
  readonly #first: InstanceServer;

  constructor({ ids, observer }: Setting) {
    const { channelType, instanceModule } = identity;
    this.#messaging = createMessaging({ name: instanceModule, observer });
    for (const id of ids) this.#messaging.startServer({ instance: { id, name: 'Bench', channelType } });
    this.#first = this.#serverOf(ids[0] ?? '');
    this.#first.notifyConnected();
  }

  success(times: number): void {
    for (let count = 0; count < times; count += 1) this.#first.notifySuccess();
  }

  failureSuccess(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.notifyFailure(reason);
      this.#first.notifySuccess();
    }
  }

  connection(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.notifyConnected();
      this.#first.notifyDisconnected(reason);
    }
  }

  mixed({ ids, kinds, mask }: Traffic, { from, times }: Stretch): void {
    for (let place = from; place < from + times; place += 1) {
      const server = this.#messaging.whereis(ids[place & mask] ?? '');
      switch (kinds[place & mask]) {
        case 'connecting':
          server?.notifyConnecting();
          break;
        case 'connected':
          server?.notifyConnected();
          break;
        case 'disconnected':
          server?.notifyDisconnected(reason);
          break;
        case 'failure':
          server?.notifyFailure(reason);
          break;
        case 'success':
          server?.notifySuccess();
      }
    }
  }

  stateOf(id: string) {
    const { consecutiveFailures, lastError, status } = this.#serverOf(id).status();
    return { status, consecutiveFailures, lastError };
  }

  close(): void {
    void this.#messaging.stop();
  }

  #serverOf(id: string): InstanceServer {
    const server = this.#messaging.whereis(id);
    if (!server) throw new RangeError(`There is no instance "${id}".`);
    return server;
  }
}
