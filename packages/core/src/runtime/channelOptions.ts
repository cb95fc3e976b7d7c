import type { ChannelAdapter, InputSchema } from '../ports/channel.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import type { MessageHandler } from './callHandler.ts';
import {
  type ResolvedWorkerOptions,
  resolveWorkerOptions,
  validateCallback,
  type WorkerOptions,
} from './resolveOptions.ts';
import { validateInput } from './validateInput.ts';

/** An instance's channel, and how its workers behave on it. */
export interface ChannelOptions<Adapter extends ChannelAdapter = ChannelAdapter> extends WorkerOptions {
  readonly adapter: Adapter;
  /** Checked by the adapter's schema, kept by the channel's hold, and shown nowhere. */
  readonly credentials?: CredentialsOf<Adapter> | undefined;
  readonly config?: { readonly [Key in keyof ConfigOf<Adapter>]?: ConfigOf<Adapter>[Key] | undefined } | undefined;
  /** Called with each inbound message. Without it messages are read and counted as handled. */
  readonly onMessage?: MessageHandler | undefined;
  /** What holds where these options say nothing. */
  readonly defaults?: WorkerOptions | undefined;
}

export type CredentialsOf<Adapter> =
  Adapter extends ChannelAdapter<infer Credentials, infer _Config> ? Credentials : never;
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
  const { adapter, onMessage, defaults = noDefaults } = options;
  validateCallback(onMessage, 'onMessage');
  return {
    adapter,
    credentials: checkCredentials(adapter, options.credentials),
    config: checkWith(adapter.configSchema, options.config ?? noConfig, 'config'),
    onMessage,
    workers: resolveWorkerOptions(options, defaults, { adapter, settings: instance.settings }),
  };
}

const noDefaults: WorkerOptions = {};
/** One for all that have none. */
const noConfig = Object.freeze({});

export function checkCredentials(adapter: ChannelAdapter, credentials: unknown): unknown {
  return checkWith(adapter.credentialsSchema, credentials, 'credentials');
}

function checkWith(schema: InputSchema<unknown> | undefined, value: unknown, root: string): unknown {
  return schema ? validateInput(schema, value, { subject: 'options', root }) : value;
}
