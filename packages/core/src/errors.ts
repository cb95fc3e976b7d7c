import type { Failure } from './schema/failure.ts';

/** Every error that Holdfast throws on purpose. Catch it by its class, or by its stable `code`. */
export abstract class HoldfastError extends Error {
  abstract readonly code: string;
}

/** One thing that is wrong with an input. Never holds a value from under `credentials`. */
export interface InputProblem {
  /** Where: `credentials.token`, `settings.probeIntervalMs`. Empty for the input itself. */
  readonly path: string;
  readonly expected: string;
  readonly received: string;
}

/** What you passed is not what is asked for. Nothing was changed. */
export class InvalidInputError extends HoldfastError {
  override readonly name = 'InvalidInputError';
  readonly code = 'INVALID_INPUT';
  readonly problems: readonly InputProblem[];

  constructor(subject: string, problems: readonly InputProblem[]) {
    const lines = problems.map(
      ({ path, expected, received }) => `${path || 'the value itself'}: expected ${expected}, received ${received}`,
    );
    super(`Invalid ${subject}: ${lines.join('; ')}. Nothing was changed.`);
    this.problems = problems;
  }
}

/** An instance with this id runs already. `running` is it. */
export class AlreadyStartedError<Running = unknown> extends HoldfastError {
  override readonly name = 'AlreadyStartedError';
  readonly code = 'ALREADY_STARTED';
  readonly instanceId: string;
  readonly running: Running;

  constructor(instanceId: string, running: Running) {
    super(
      `Instance "${instanceId}" is already started. Use the running one (error.running), stop it first, or choose another id.`,
    );
    this.instanceId = instanceId;
    this.running = running;
  }
}

/** No instance with this id runs here. */
export class InstanceNotFoundError extends HoldfastError {
  override readonly name = 'InstanceNotFoundError';
  readonly code = 'INSTANCE_NOT_FOUND';
  readonly instanceId: string;

  constructor(instanceId: string) {
    super(`No instance "${instanceId}" is running here. Start it, or check the id against listInstances().`);
    this.instanceId = instanceId;
  }
}

/** The instance has stopped: it answers no question and takes no message any more. */
export class InstanceStoppedError extends HoldfastError {
  override readonly name = 'InstanceStoppedError';
  readonly code = 'INSTANCE_STOPPED';
  readonly instanceId: string;

  constructor(instanceId: string) {
    super(`Instance "${instanceId}" has stopped. Start it again under the same id to go on.`);
    this.instanceId = instanceId;
  }
}

/** No channel adapter of this kind was handed to `createMessaging`. */
export class UnknownChannelError extends HoldfastError {
  override readonly name = 'UnknownChannelError';
  readonly code = 'UNKNOWN_CHANNEL';
  readonly channelType: string;

  constructor(channelType: string, known: readonly string[]) {
    const list = known.length > 0 ? known.map((kind) => `"${kind}"`).join(', ') : 'none';
    super(
      `No channel "${channelType}" here (known: ${list}). Add its adapter to createMessaging({ channels: [...] }).`,
    );
    this.channelType = channelType;
  }
}

/** The outbox is full: nothing was accepted. Try again when `queued` has fallen. */
export class QueueFullError extends HoldfastError {
  override readonly name = 'QueueFullError';
  readonly code = 'QUEUE_FULL';
  readonly instanceId: string;
  readonly capacity: number;

  constructor(instanceId: string, capacity: number) {
    super(
      `The outbox of instance "${instanceId}" holds its ${capacity} messages already; this one was not accepted. ` +
        'Send more slowly, wait until healthSnapshot().senderQueueDepth falls, or raise sender.capacity.',
    );
    this.instanceId = instanceId;
    this.capacity = capacity;
  }
}

/** The outbox is nearly full and takes no messages of low priority: nothing was accepted. */
export class SheddingError extends HoldfastError {
  override readonly name = 'SheddingError';
  readonly code = 'SHEDDING';
  readonly instanceId: string;

  constructor(instanceId: string, depth: number, capacity: number) {
    super(
      `The outbox of instance "${instanceId}" is nearly full (${depth} of ${capacity}) and takes no messages of low priority; ` +
        'this one was not accepted. Try again when delivery.pressure_changed says a lower level, or send it as normal.',
    );
    this.instanceId = instanceId;
  }
}

/** The store could not take the message down, so it was not accepted. `cause` is the store's own error. */
export class NotStoredError extends HoldfastError {
  override readonly name = 'NotStoredError';
  readonly code = 'NOT_STORED';
  readonly jobId: string;

  constructor(jobId: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : 'The store threw what is no error.';
    super(`Message ${jobId} could not be written down, and was not accepted: ${why}`, { cause });
    this.jobId = jobId;
  }
}

/** The instance is stopping: it sends what it has and accepts nothing new. */
export class DrainingError extends HoldfastError {
  override readonly name = 'DrainingError';
  readonly code = 'DRAINING';
  readonly instanceId: string;

  constructor(instanceId: string) {
    super(`Instance "${instanceId}" is stopping and accepts no new messages; this one was not accepted.`);
    this.instanceId = instanceId;
  }
}

/** A message was accepted and could not be delivered. `failure` says why the last attempt failed. */
export class DeliveryFailedError extends HoldfastError {
  override readonly name = 'DeliveryFailedError';
  readonly code = 'DELIVERY_FAILED';
  readonly jobId: string;
  readonly attempts: number;
  readonly failure: Failure;

  constructor(jobId: string, attempts: number, failure: Failure) {
    super(`Message ${jobId} was given up after ${attempts} attempt(s): ${failure.message} (${failure.code}).`);
    this.jobId = jobId;
    this.attempts = attempts;
    this.failure = failure;
  }
}

/**
 * The instance stopped before the message was sent: it is yours again, in the account that `stop()` returned. Where there is a
 * store (`isKept`) it is in it, and is sent when the instance is started again.
 */
export class HandedBackError extends HoldfastError {
  override readonly name = 'HandedBackError';
  readonly code = 'HANDED_BACK';
  readonly jobId: string;
  readonly isKept: boolean;

  constructor(jobId: string, isKept = false) {
    const where = isKept
      ? 'It is in the store, and is sent when the instance is started again.'
      : 'It is among handedBack of the account that stop() returned.';
    super(`The instance stopped before message ${jobId} was sent. ${where}`);
    this.jobId = jobId;
    this.isKept = isKept;
  }
}

/** The message was not sent before its `expiresAt`, and is not sent any more. */
export class DeliveryExpiredError extends HoldfastError {
  override readonly name = 'DeliveryExpiredError';
  readonly code = 'DELIVERY_EXPIRED';
  readonly jobId: string;

  constructor(jobId: string) {
    super(`Message ${jobId} was not sent before its expiresAt, and will not be.`);
    this.jobId = jobId;
  }
}

/** You withdrew the message before it was sent. */
export class DeliveryWithdrawnError extends HoldfastError {
  override readonly name = 'DeliveryWithdrawnError';
  readonly code = 'DELIVERY_WITHDRAWN';
  readonly jobId: string;

  constructor(jobId: string) {
    super(`Message ${jobId} was withdrawn before it was sent.`);
    this.jobId = jobId;
  }
}

/** Nobody knows whether the peer has taken the message, and it is not tried again. `failure` is what left that open. */
export class DeliveryUnknownError extends HoldfastError {
  override readonly name = 'DeliveryUnknownError';
  readonly code = 'DELIVERY_UNKNOWN';
  readonly jobId: string;
  readonly failure: Failure | null;

  constructor(jobId: string, failure: Failure | null) {
    const cause = failure ? `${failure.message} (${failure.code})` : 'the instance stopped';
    super(
      `Nobody knows whether message ${jobId} was sent: ${cause}. It is not tried again. Ask the peer, or send it again under the ` +
        'same idempotency key if twice is better than never.',
    );
    this.jobId = jobId;
    this.failure = failure;
  }
}

/** A wait ended because its time was over. */
export class WaitTimeoutError extends HoldfastError {
  override readonly name = 'WaitTimeoutError';
  readonly code = 'WAIT_TIMEOUT';

  constructor(waitedFor: string, timeoutMs: number, found: string) {
    super(`Waited ${timeoutMs} ms for ${waitedFor}; it is still ${found}.`);
  }
}
