import type { ActorRefFrom } from 'xstate';
import type { Journal } from '../actors/Journal.ts';
import type { instanceMachine } from '../machine/instanceMachine.ts';
import type { StoredSnapshot } from '../ports/store.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import { InstanceRecord, instanceRecordVersion } from '../schema/instanceRecord.ts';

/** The record in a stored snapshot; undefined for one that this version does not know. */
export function readRecord(snapshot: StoredSnapshot | null): InstanceRecord | undefined {
  if (snapshot?.version !== instanceRecordVersion) return undefined;
  const result = InstanceRecord.safeParse(snapshot.value);
  return result.success ? result.data : undefined;
}

/** Keeps what the store knows of an instance true, from its first call on. */
export class Recorder {
  readonly #actor: ActorRefFrom<typeof instanceMachine>;
  readonly #journal: Journal;
  readonly #instance: Instance;
  #written: Facts | undefined;

  constructor(actor: ActorRefFrom<typeof instanceMachine>, journal: Journal, instance: Instance) {
    this.#actor = actor;
    this.#journal = journal;
    this.#instance = instance;
  }

  start(): void {
    this.#actor.subscribe({ next: () => this.#write(), complete: () => this.#write(), error: () => undefined });
    this.#write();
  }

  #write(): void {
    const { context, status } = this.#actor.getSnapshot();
    const { consecutiveFailures, lastError, lastRestartClass, lastRestartReason, restartCount } = context;
    const isRunning = status === 'active';
    const facts = { isRunning, consecutiveFailures, restartCount, lastError, lastRestartReason, lastRestartClass };
    if (isSame(facts, this.#written)) return;
    this.#written = facts;
    const { id, name, channelType, settings, status: statusThen } = this.#instance;
    const instance = { id, name, channelType, settings, status: statusThen };
    const value = { instance, ...facts } satisfies InstanceRecord;
    this.#journal.snapshot({ value, version: instanceRecordVersion }).catch(() => {
      // With the next change, then.
      if (this.#written === facts) this.#written = undefined;
    });
  }
}

type Facts = Omit<InstanceRecord, 'instance'>;

/** Asked at every transition. */
function isSame(facts: Facts, written: Facts | undefined): boolean {
  if (!written) return false;
  return (Object.keys(facts) as (keyof Facts)[]).every((key) => facts[key] === written[key]);
}
