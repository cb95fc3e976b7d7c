export { type AllowedFields, EventRecorder, instanceFields, type RecordOptions, recordEvents } from './recordEvents.ts';
export { RecordingError, type RecordLine } from './recordLine.ts';
export {
  type Divergence,
  expectSameReplay,
  type Outcome,
  ReplayDivergedError,
  type ReplayOptions,
  type ReplayReport,
  replayEvents,
} from './replayEvents.ts';
