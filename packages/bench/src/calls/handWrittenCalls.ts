import type { HealthSnapshot, Observer, StatusSnapshot } from 'holdfast';
import { HandWritten } from '../machines/HandWritten.ts';
import { identity } from '../machines/Machines.ts';
import type { Callable, CallsKind } from './CallsKind.ts';

/** The limit: it checks nothing that it is given, and answers with the same objects. */
export const handWrittenCalls: CallsKind = {
  name: 'handWritten',
  label: 'a hand-written class (the limit)',
  isTiny: true,
  open: (observer) => new HandWrittenCalls(observer),
};

class HandWrittenCalls implements Callable {
  readonly #instances = new Map<string, HandWritten>();
  readonly #observer: Observer;

  constructor(observer: Observer) {
    this.#observer = observer;
  }

  start(ids: readonly string[]): void {
    for (const id of ids) this.#instances.set(id, new HandWritten(id, 'Bench', this.#observer));
  }

  status(ids: readonly string[]): number {
    let known = 0;
    for (const id of ids) {
      const instance = this.#instances.get(id);
      if (instance && statusOf(instance).status === 'starting') known += 1;
    }
    return known;
  }

  health(ids: readonly string[]): number {
    let known = 0;
    for (const id of ids) {
      const instance = this.#instances.get(id);
      if (instance && !healthOf(instance).ready) known += 1;
    }
    return known;
  }

  list(): number {
    return [...this.#instances.values()].map(healthOf).length;
  }

  async stop(): Promise<void> {
    const { channelType, instanceModule } = identity;
    for (const { id } of this.#instances.values()) {
      const timestamp = Date.now();
      const metadata = { instanceModule, instanceId: id, channelType, timestamp };
      this.#observer({ name: 'instance.stopped', measurements: { timestamp }, metadata });
    }
    this.#instances.clear();
  }
}

const noChildren = { status: 'missing', totalChildren: 0, runningChildren: 0, children: {} } as const;

// Each field is written out: an object that is spread and then added to takes ten times as long.

function statusOf(instance: HandWritten): StatusSnapshot {
  return {
    status: instance.status,
    substate: null,
    instanceId: instance.id,
    channelType: identity.channelType,
    name: instance.name,
    connectedAt: instance.connectedAt,
    consecutiveFailures: instance.consecutiveFailures,
    lastError: instance.lastError,
    reconnectAttempt: instance.reconnectAttempt,
    restartCount: instance.restartCount,
    lastRestartReason: null,
    lastRestartClass: null,
    childHealthSummary: noChildren,
    startedAt: instance.startedAt,
  };
}

function healthOf(instance: HandWritten): HealthSnapshot {
  return {
    status: instance.status,
    substate: null,
    instanceId: instance.id,
    channelType: identity.channelType,
    name: instance.name,
    connectedAt: instance.connectedAt,
    consecutiveFailures: instance.consecutiveFailures,
    lastError: instance.lastError,
    reconnectAttempt: instance.reconnectAttempt,
    restartCount: instance.restartCount,
    lastRestartReason: null,
    lastRestartClass: null,
    childHealthSummary: noChildren,
    uptimeMs: Math.max(0, Date.now() - instance.startedAt),
    senderQueueDepth: 0,
    ready: instance.status === 'connected',
  };
}
