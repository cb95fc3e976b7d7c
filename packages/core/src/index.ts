export type { Json, JsonObject } from './schema/json.ts';
export { Failure, FailureScope, FailureSeverity, reasonOf } from './schema/failure.ts';
export { InboundMessage, OutboundMessage, type QueuedMessage, type Receipt } from './schema/message.ts';
export { Instance, InstanceStatus } from './schema/instanceConfig.ts';
export {
  ChildHealth,
  ChildHealthSummary,
  HealthSnapshot,
  type RestartClass,
  StatusSnapshot,
} from './schema/healthSnapshot.ts';
export { defaultReconnectPolicy, JitterKind, ReconnectPolicy } from './schema/reconnectPolicy.ts';
export {
  defaultPollerOptions,
  defaultSenderOptions,
  PollerOptions,
  SenderOptions,
} from './schema/workerOptions.ts';
export {
  ownEventNames,
  seedEventNames,
  type TelemetryEvent,
  type TelemetryEventName,
} from './schema/telemetryEvent.ts';
export {
  AlreadyStartedError,
  DeliveryFailedError,
  DrainingError,
  HandedBackError,
  HoldfastError,
  type InputProblem,
  InstanceNotFoundError,
  InstanceStoppedError,
  InvalidInputError,
  QueueFullError,
  UnknownChannelError,
  WaitTimeoutError,
} from './errors.ts';
export type {
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
  WebhookRequest,
  WebhookResponse,
} from './ports/channel.ts';
export { type Clock, maxTimerMs, systemClock } from './ports/clock.ts';
export type { Observer } from './ports/observer.ts';
export { type Random, systemRandom } from './ports/random.ts';
