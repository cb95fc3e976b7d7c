export { type CompileOptions, compileMachine } from './compileMachine.ts';
export { ActorNeededError, UnprovenXStateError } from './errors.ts';
export { explain, type PlannedAnew } from './explain.ts';
export type { ChartRecord, EndObserver, KeepContext } from './light/ChartRecord.ts';
export { createLightActor } from './light/createLightActor.ts';
export { createRecords, type RecordOptions } from './light/createRecords.ts';
export { fromWorker, Worker, type WorkerLogic, type WorkerSnapshot } from './light/fromWorker.ts';
export { hibernate, type WakeListener, wake } from './light/hibernate.ts';
export { wholeContext } from './wholeContext.ts';
