import type { InboundMessage, Link, PollRequest, PollResult, QueuedMessage } from 'holdfast';
import { type ScriptedChannel, type ScriptedChannelOptions, scriptedChannel, VirtualClock } from '../src/index.ts';

/** A channel with a clock of its own that starts at 0. */
export function newChannel(options: Omit<ScriptedChannelOptions, 'clock'> = {}): {
  readonly clock: VirtualClock;
  readonly channel: ScriptedChannel;
} {
  const clock = new VirtualClock({ startMs: 0 });
  return { clock, channel: scriptedChannel({ clock, ...options }) };
}

export function connect(channel: ScriptedChannel, signal = new AbortController().signal): Promise<Link> {
  return channel.connect({ instanceId: 'i1', credentials: { token: 't' }, config: {}, cursor: null, signal });
}

export function outbound(id: string): QueuedMessage {
  return { id, conversation: 'c', text: id, idempotencyKey: id, metadata: {} };
}

export function inbound(id: string): InboundMessage {
  return { id, conversation: 'c', text: id };
}

/** Polls a link that can be polled, for at most 1,000 ms unless told otherwise. */
export async function poll(link: Link, request: Partial<PollRequest> = {}): Promise<PollResult> {
  if (link.poll === undefined) throw new Error('this link cannot be polled');
  return link.poll({ cursor: null, waitMs: 1_000, signal: new AbortController().signal, ...request });
}

export async function commit(link: Link, cursor: number): Promise<void> {
  if (link.commit === undefined) throw new Error('this link cannot commit');
  await link.commit(cursor);
}

/** What has become of a promise so far, after the jobs that are waiting have run. */
export async function fateOf(clock: VirtualClock, promise: Promise<unknown>): Promise<unknown> {
  let fate: unknown = 'pending';
  promise.then(
    (value) => {
      fate = { value };
    },
    (reason: unknown) => {
      fate = { reason };
    },
  );
  await clock.settle();
  return fate;
}

/** An AbortSignal that counts who listens. */
export class WatchedSignal {
  readonly controller = new AbortController();
  listeners = 0;

  constructor() {
    const { signal } = this.controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      this.listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      this.listeners -= 1;
      remove(...args);
    };
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }
}
