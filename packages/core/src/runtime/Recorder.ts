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
  #written = '';

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
    const { id, name, channelType, settings, status: statusThen } = this.#instance;
    const value = {
      instance: { id, name, channelType, settings, status: statusThen },
      isRunning: status === 'active',
      ...{ consecutiveFailures, restartCount, lastError, lastRestartReason, lastRestartClass },
    } satisfies InstanceRecord;
    const written = JSON.stringify(value);
    if (written === this.#written) return;
    this.#written = written;
    this.#journal.snapshot({ value, version: instanceRecordVersion }).catch(() => {
      // With the next change, then.
      if (this.#written === written) this.#written = '';
    });
  }
}
