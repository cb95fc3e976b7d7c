import { ChannelBinding } from '../actors/channelBinding.ts';
import { Outbox } from '../policy/outbox.ts';
import type { ChannelAdapter, InputSchema } from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import type { Deliveries, MessageHandler } from './Deliveries.ts';
import { type ResolvedWorkerOptions, resolveWorkerOptions, validateCallback, type WorkerOptions } from './resolveOptions.ts';
import { validateInput } from './validateInput.ts';

/** An instance's channel, and how its workers behave on it. */
export interface ChannelOptions<Adapter extends ChannelAdapter = ChannelAdapter> extends WorkerOptions {
  readonly adapter: Adapter;
  /** Checked by the adapter's schema, kept by the channel's hold, and shown nowhere. */
  readonly credentials?: CredentialsOf<Adapter> | undefined;
  readonly config?: Partial<ConfigOf<Adapter>> | undefined;
  /** Called with each inbound message. Without it messages are read and counted as handled. */
  readonly onMessage?: MessageHandler | undefined;
  /** What holds where these options say nothing. */
  readonly defaults?: WorkerOptions | undefined;
}

export type CredentialsOf<Adapter> = Adapter extends ChannelAdapter<infer Credentials, infer _Config> ? Credentials : never;
export type ConfigOf<Adapter> = Adapter extends ChannelAdapter<infer _Credentials, infer Config> ? Config : never;

/** Options that have been checked: from here on nothing is refused any more. */
export interface CheckedChannel {
  readonly adapter: ChannelAdapter;
  readonly credentials: unknown;
  readonly config: unknown;
  readonly onMessage: MessageHandler | undefined;
  readonly workers: ResolvedWorkerOptions;
}

export function checkChannel(options: ChannelOptions, instance: Instance): CheckedChannel {
  const { adapter, onMessage, defaults = {} } = options;
  validateCallback(onMessage, 'onMessage');
  return {
    adapter,
    credentials: checkCredentials(adapter, options.credentials),
    config: checkWith(adapter.configSchema, options.config ?? {}, 'config'),
    onMessage,
    workers: resolveWorkerOptions(options, defaults, { adapter, settings: instance.settings }),
  };
}

export function checkCredentials(adapter: ChannelAdapter, credentials: unknown): unknown {
  return checkWith(adapter.credentialsSchema, credentials, 'credentials');
}

function checkWith(schema: InputSchema<unknown> | undefined, value: unknown, root: string): unknown {
  return schema ? validateInput(schema, value, 'options', root) : value;
}

export interface BindingPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly outbox: Outbox;
  readonly deliveries: Deliveries;
}

/** The instance's hold on its channel. */
export function bindChannel(checked: CheckedChannel, instanceId: string, ports: BindingPorts): ChannelBinding {
  const { adapter, credentials, config, workers, onMessage } = checked;
  const { clock, random, outbox, deliveries } = ports;
  const handler = deliveries.bind(onMessage);
  return new ChannelBinding({ instanceId, adapter, credentials, config, clock, random, outbox, onMessage: handler, ...workers });
}

export function createOutbox(checked: CheckedChannel): Outbox {
  return new Outbox(checked.workers.sender);
}
