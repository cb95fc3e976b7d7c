import { createMessaging, type Messaging, type MessagingOptions } from 'holdfast';
import { identity } from '../machines/Machines.ts';
import type { Callable, CallsKind } from './CallsKind.ts';

export const messagingCalls: CallsKind = {
  name: 'server',
  label: 'Holdfast',
  isTiny: false,
  open: (observer) => new MessagingCalls({ observer }),
};

export const interpretedCalls: CallsKind = {
  name: 'interpreted',
  label: "Holdfast, interpreter: 'xstate'",
  isTiny: false,
  open: (observer) => new MessagingCalls({ observer, interpreter: 'xstate' }),
};

class MessagingCalls implements Callable {
  readonly #messaging: Messaging;

  constructor(options: MessagingOptions) {
    this.#messaging = createMessaging({ name: identity.instanceModule, ...options });
  }

  start(ids: readonly string[]): void {
    const { channelType } = identity;
    for (const id of ids) this.#messaging.startServer({ instance: { id, name: 'Bench', channelType } });
  }

  status(ids: readonly string[]): number {
    let known = 0;
    for (const id of ids) if (this.#messaging.instanceStatus(id).status === 'starting') known += 1;
    return known;
  }

  health(ids: readonly string[]): number {
    let known = 0;
    for (const id of ids) if (!this.#messaging.instanceHealth(id).ready) known += 1;
    return known;
  }

  list(): number {
    return this.#messaging.listInstanceHealth().length;
  }

  async stop(): Promise<void> {
    await this.#messaging.stop();
  }
}
