import * as z from 'zod/mini';
import { InvalidInputError } from '../errors.ts';
import { resolveReconnectSettings } from '../policy/reconnectSettings.ts';
import type { ChannelAdapter, ChannelCapabilities } from '../ports/channel.ts';
import type { JsonObject } from '../schema/json.ts';
import { ReconnectBudgetOptions } from '../schema/reconnectBudget.ts';
import { defaultReconnectPolicy, ReconnectPolicy } from '../schema/reconnectPolicy.ts';
import { defaultPollerOptions, defaultSenderOptions, PollerOptions, SenderOptions } from '../schema/workerOptions.ts';
import { describeReceived, validateInput } from './validateInput.ts';

/** How the workers of an instance behave. What is left out has its default. */
export interface WorkerOptions {
  readonly reconnect?: Partial<ReconnectPolicy> | undefined;
  readonly sender?: Partial<SenderOptions> | undefined;
  readonly poller?: Partial<PollerOptions> | undefined;
}

export interface ResolvedWorkerOptions {
  readonly reconnect: ReconnectPolicy;
  readonly sender: SenderOptions;
  readonly poller: PollerOptions;
  /** Settings of the instance that were of no use. */
  readonly ignoredSettings: readonly string[];
}

/** What a channel has to say about how its instances behave. */
type ChannelWishes = Pick<ChannelAdapter, 'probeIntervalMs'> & {
  readonly capabilities?: Pick<ChannelCapabilities, 'unknownOutcome'>;
};

const partialPolicy = z.partial(ReconnectPolicy);
const partialSender = z.partial(SenderOptions);
const partialPoller = z.partial(PollerOptions);
const partialBudget = z.partial(ReconnectBudgetOptions);

/**
 * From the weakest to the strongest: our defaults, the messaging's, the channel's probe interval, the instance's
 * settings, the options given at its start; what is unknown after a crash or a timeout is the messaging's to decide before the
 * channel's. Options that are wrong are refused here, before anything starts.
 */
export function resolveWorkerOptions(
  given: WorkerOptions,
  defaults: WorkerOptions,
  instance: { readonly adapter: ChannelWishes; readonly settings: JsonObject },
): ResolvedWorkerOptions {
  const { poller, reconnect, sender } = given;
  const saysNothing = poller === undefined && reconnect === undefined && sender === undefined;
  const isOrdinary = saysNothing && Object.keys(instance.settings).length === 0;
  return isOrdinary ? resolveOrdinary(defaults, instance.adapter) : resolve(given, defaults, instance);
}

/** Of the instances that say nothing themselves: all of one channel have the same, and there may be very many. */
const ordinary = new WeakMap<ChannelWishes, WeakMap<WorkerOptions, ResolvedWorkerOptions>>();

function resolveOrdinary(defaults: WorkerOptions, adapter: ChannelWishes): ResolvedWorkerOptions {
  const ofAdapter = ordinary.get(adapter) ?? new WeakMap<WorkerOptions, ResolvedWorkerOptions>();
  ordinary.set(adapter, ofAdapter);
  const resolved = ofAdapter.get(defaults) ?? frozen(resolve({}, defaults, { adapter, settings: {} }));
  ofAdapter.set(defaults, resolved);
  return resolved;
}

/** Many share it. */
function frozen(resolved: ResolvedWorkerOptions): ResolvedWorkerOptions {
  for (const group of Object.values(resolved)) Object.freeze(group);
  return Object.freeze(resolved);
}

function resolve(
  given: WorkerOptions,
  defaults: WorkerOptions,
  instance: { readonly adapter: ChannelWishes; readonly settings: JsonObject },
): ResolvedWorkerOptions {
  const base = { ...defaultReconnectPolicy, ...validatePolicy(defaults, 'defaults') };
  const { policy, ignored } = resolveReconnectSettings(instance.settings, instance.adapter, base);
  return {
    reconnect: { ...policy, ...validatePolicy(given, 'options') },
    sender: {
      ...defaultSenderOptions,
      ...defined({ unknownOutcome: instance.adapter.capabilities?.unknownOutcome }),
      ...validateSender(defaults, 'defaults'),
      ...validateSender(given, 'options'),
    },
    poller: { ...defaultPollerOptions, ...validatePoller(defaults, 'defaults'), ...validatePoller(given, 'options') },
    ignoredSettings: ignored,
  };
}

/** Throws `InvalidInputError`. */
export function validateBudget(budget: Partial<ReconnectBudgetOptions> = {}) {
  return defined(validateInput(partialBudget, budget, { subject: 'options', root: 'reconnectBudget' }));
}

/** Throws `InvalidInputError`. */
export function validateWorkerOptions(options: WorkerOptions, source: string): void {
  validatePolicy(options, source);
  validateSender(options, source);
  validatePoller(options, source);
}

const validatePolicy = ({ reconnect = {} }: WorkerOptions, source: string) =>
  defined(validateInput(partialPolicy, reconnect, { subject: source, root: 'reconnect' }));

const validateSender = ({ sender = {} }: WorkerOptions, source: string) =>
  defined(validateInput(partialSender, sender, { subject: source, root: 'sender' }));

const validatePoller = ({ poller = {} }: WorkerOptions, source: string) =>
  defined(validateInput(partialPoller, poller, { subject: source, root: 'poller' }));

/** Without the keys whose value is undefined, which would hide a default. */
function defined<T extends object>(options: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}

/** Refuses what is no function where one is asked for. */
export function validateCallback(value: unknown, path: string): void {
  if (value === undefined || typeof value === 'function') return;
  throw new InvalidInputError('options', [{ path, expected: 'a function', received: describeReceived(value) }]);
}

/** A watcher is known by its `watch`. */
export function validateInspection(inspect: unknown): void {
  if (inspect === undefined || typeof inspect === 'function') return;
  const { watch } = Object(inspect) as Readonly<Record<string, unknown>>;
  if (typeof watch === 'function') return;
  const expected = 'an inspector, as createInspector() makes one, or a function';
  throw new InvalidInputError('options', [{ path: 'inspect', expected, received: describeReceived(inspect) }]);
}

export function validateInterpreter(interpreter: unknown): void {
  if (interpreter === undefined || interpreter === 'compiled' || interpreter === 'xstate') return;
  const received = describeReceived(interpreter);
  throw new InvalidInputError('options', [{ path: 'interpreter', expected: '"compiled" or "xstate"', received }]);
}

export function validateFailureLimit(failureLimit: number | undefined): void {
  if (failureLimit === undefined || (Number.isSafeInteger(failureLimit) && failureLimit > 0)) return;
  const received = describeReceived(failureLimit);
  throw new InvalidInputError('options', [{ path: 'failureLimit', expected: 'a whole number from 1', received }]);
}

export function validateHibernation(hibernateAfterMs: unknown): void {
  if (hibernateAfterMs === undefined || (typeof hibernateAfterMs === 'number' && hibernateAfterMs > 0)) return;
  const expected = 'milliseconds, above 0 (Infinity: never)';
  throw new InvalidInputError('options', [
    { path: 'hibernateAfterMs', expected, received: describeReceived(hibernateAfterMs) },
  ]);
}

/** A store is known by its two ways in. */
export function validateStore(store: unknown): void {
  if (store === undefined) return;
  const { commit, load } = Object(store) as Readonly<Record<string, unknown>>;
  if (typeof commit === 'function' && typeof load === 'function') return;
  const expected = 'a store, as @holdfast/store opens one (await sqliteStore({ path }))';
  throw new InvalidInputError('options', [{ path: 'store', expected, received: describeReceived(store) }]);
}
