export type { HandlingAttempt } from './actors/channelBinding.ts';
export { Fleet } from './actors/Fleet.ts';
export { TimerWheel, type TimerWheelOptions } from './actors/TimerWheel.ts';
export {
  AlreadyStartedError,
  DeliveryExpiredError,
  DeliveryFailedError,
  DeliveryUnknownError,
  DeliveryWithdrawnError,
  DrainingError,
  HandedBackError,
  HoldfastError,
  type InputProblem,
  InstanceNotFoundError,
  InstanceStoppedError,
  InvalidInputError,
  NotStoredError,
  QueueFullError,
  SheddingError,
  UnknownChannelError,
  WaitTimeoutError,
} from './errors.ts';
export { instanceMachine } from './machine/instanceMachine.ts';
export type {
  InstanceCommand,
  InstanceContext,
  InstanceEvent,
  InstanceInput,
  RestartHistory,
} from './machine/instanceModel.ts';
export type { Interpreter } from './machine/interpreters.ts';
export { reconnectMachine } from './machine/reconnectMachine.ts';
export {
  type InstanceSnapshot,
  isReady,
  selectChildHealth,
  selectHealthSnapshot,
  selectStatus,
  selectStatusSnapshot,
  selectSubstate,
} from './machine/selectors.ts';
export { type BackoffRequest, backoffDelay } from './policy/backoff.ts';
export { classifyHttpStatus, classifyReason } from './policy/classifyReason.ts';
export type { OutboxAccount } from './policy/outbox.ts';
export type { PressureLevel } from './policy/pressure.ts';
export { type ResolvedReconnectSettings, resolveReconnectSettings } from './policy/reconnectSettings.ts';
export type { RestartIntensity } from './policy/restartWindow.ts';
export type {
  Cancelable,
  ChannelAdapter,
  ChannelCapabilities,
  ChannelOperation,
  ConnectAttempt,
  InboundItem,
  InputSchema,
  Link,
  PollRequest,
  PollResult,
  SchemaError,
  SchemaIssue,
  SendLimits,
  WebhookRequest,
  WebhookResponse,
} from './ports/channel.ts';
export { type Clock, maxTimerMs, systemClock } from './ports/clock.ts';
export type { Inspection, Vitals, Watcher } from './ports/inspection.ts';
export type { Observer } from './ports/observer.ts';
export { type Random, systemRandom } from './ports/random.ts';
export type { Registry } from './ports/registry.ts';
export type {
  DeadLetter,
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterReader,
  DeadLetterState,
  LoadLimits,
  OutboxEntry,
  PruneCounts,
  PruneRequest,
  Store,
  StoreChange,
  StoredDeadLetter,
  StoredInstance,
  StoredKey,
  StoredSnapshot,
} from './ports/store.ts';
export type { MessageContext, MessageHandler } from './runtime/callHandler.ts';
export type { ChannelOptions, ConfigOf, CredentialsOf } from './runtime/channelOptions.ts';
export {
  type AdapterOf,
  createMessaging,
  type InstanceToStart,
  Messaging,
  type MessagingOptions,
  type ResumeOptions,
  type StartInstanceOptions,
} from './runtime/createMessaging.ts';
export { DeadLetters } from './runtime/DeadLetters.ts';
export type { Delivery, EnqueueOptions, HeldResolution } from './runtime/Deliveries.ts';
export type { DeliveryState } from './runtime/deliveryFates.ts';
export type { End, StopAccount, StopOptions } from './runtime/Ending.ts';
export { InstanceServer } from './runtime/InstanceServer.ts';
export {
  InstanceSupervisor,
  type InstanceSupervisorOptions,
  type SupervisedChild,
} from './runtime/InstanceSupervisor.ts';
export type { ChildSpec, InstanceServerOptions, SenderHandle } from './runtime/instanceServerOptions.ts';
export { LocalRegistry } from './runtime/LocalRegistry.ts';
export type { Reason } from './runtime/notifyInput.ts';
export type { PastInstance } from './runtime/pastInstances.ts';
export type { Replay } from './runtime/Replays.ts';
export { defaultRetention, type RetentionOptions } from './runtime/Retention.ts';
export type { WorkerOptions } from './runtime/resolveOptions.ts';
export type { FailedStart, StaggerOptions, StartedInstances, StartProgress } from './runtime/startStaggered.ts';
export { type SignalSource, type StopOnSignalsOptions, stopOnSignals } from './runtime/stopOnSignals.ts';
export type { WaitOptions } from './runtime/waitForSnapshot.ts';
export { Failure, FailureScope, FailureSeverity, reasonOf } from './schema/failure.ts';
export {
  ChildHealth,
  ChildHealthSummary,
  HealthSnapshot,
  type RestartClass,
  StatusSnapshot,
} from './schema/healthSnapshot.ts';
export { Instance, InstanceStatus } from './schema/instanceConfig.ts';
export { InstanceRecord, instanceRecordVersion } from './schema/instanceRecord.ts';
export type { Json, JsonObject } from './schema/json.ts';
export { InboundMessage, OutboundMessage, Priority, type QueuedMessage, type Receipt } from './schema/message.ts';
export { defaultReconnectBudget, ReconnectBudgetOptions } from './schema/reconnectBudget.ts';
export { defaultReconnectPolicy, JitterKind, ReconnectPolicy } from './schema/reconnectPolicy.ts';
export {
  ownEventNames,
  seedEventNames,
  type TelemetryEvent,
  type TelemetryEventName,
} from './schema/telemetryEvent.ts';
export {
  defaultPollerOptions,
  defaultSenderOptions,
  PollerOptions,
  SenderOptions,
} from './schema/workerOptions.ts';
