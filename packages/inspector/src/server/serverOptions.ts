import { InspectorOptionError } from '../errors.ts';
import type { Inspector } from '../Inspector.ts';
import type { RedactionOptions } from '../redaction/Redaction.ts';
import { checkSending, type SendingOptions } from './sending/sendingOptions.ts';

/** Where the records of a program come from: an `Inspector`. */
export type RecordSource = Pick<Inspector, 'subscribe' | 'toJSON' | 'actors' | 'chart'> &
  Partial<Pick<Inspector, 'sendable' | 'vitals'>>;

export interface InspectorServerOptions extends RedactionOptions {
  /** Whose actors are shown. Default: nobody's; then only what apps send over @statelyai/inspect. */
  readonly inspector?: RecordSource | undefined;
  /** Default 8080, where apps with @statelyai/inspect look for their relay; 0 takes any that is free. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`; any other lets other machines in, as far as they have the address with its token. */
  readonly host?: string | undefined;
  /** Names besides `localhost` and the address by which browsers may ask for the page: `devbox.local`, without a port. Default: none. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Origins of pages whose actors may be sent here, besides those of this machine: `https://devbox.local:3000`. Default: none. */
  readonly appOrigins?: readonly string[] | undefined;
  /** Starts although NODE_ENV is `production`. Default false. */
  readonly allowProduction?: boolean | undefined;
  /** Each address lets one browser in. This is called with the next one when the last was used. */
  readonly onAddress?: ((url: string) => void) | undefined;
  /** What pages may send to the actors of `inspector`. Default: nothing. */
  readonly sending?: SendingOptions | undefined;
  /** Bounds. What is left out has its default. */
  readonly bounds?: Partial<ServerBounds> | undefined;
}

export interface ServerBounds {
  /** How many pages may watch at once. Default 20. */
  readonly viewers: number;
  /** How many apps may send at once. Default 50. */
  readonly apps: number;
  /** The longest frame that an app may send, in bytes. Default 1 MiB; a longer one ends its connection. */
  readonly appFrameBytes: number;
  /** How many actors of apps are known at once. Default 5,000; further ones are not shown, and counted. */
  readonly appActors: number;
  /** How many bytes may wait for a slow viewer. Default 8 MiB. With more to come it gets samples: where the actors stand. */
  readonly viewerBytes: number;
}

const defaultBounds = {
  viewers: 20,
  apps: 50,
  appFrameBytes: 1024 * 1024,
  appActors: 5_000,
  viewerBytes: 8 * 1024 * 1024,
} as const satisfies ServerBounds;

const defaultPort = 8080;

/** The options, without gaps. */
export interface ResolvedServerOptions {
  readonly inspector: RecordSource | undefined;
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly appOrigins: readonly string[];
  readonly onAddress: (url: string) => void;
  readonly sending: SendingOptions | undefined;
  readonly bounds: ServerBounds;
  readonly redaction: RedactionOptions;
}

/** @throws InspectorOptionError that names the option */
export function resolveServerOptions(options: InspectorServerOptions): ResolvedServerOptions {
  const { port = defaultPort, host = '127.0.0.1', allowedHosts = [], appOrigins = [], inspector, onAddress } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InspectorOptionError(`port: expected a whole number from 0 to 65535, got ${String(port)}.`);
  }
  if (typeof host !== 'string' || host === '') {
    throw new InspectorOptionError('host: expected an address of this machine, such as "127.0.0.1".');
  }
  for (const name of allowedHosts) {
    if (!/^[\w.-]+$/.test(name))
      throw new InspectorOptionError(`allowedHosts: expected a name without a port, got ${JSON.stringify(name)}.`);
  }
  for (const origin of appOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new InspectorOptionError(
        `appOrigins: expected one such as "http://app:3000", got ${JSON.stringify(origin)}.`,
      );
  }
  return {
    inspector,
    port,
    host,
    allowedHosts,
    appOrigins,
    onAddress: onAddress ?? (() => undefined),
    sending: options.sending && checkSending(options.sending, inspector?.sendable !== undefined),
    bounds: resolveBounds(options.bounds ?? {}),
    redaction: { allow: options.allow, limits: options.limits },
  };
}

function resolveBounds(given: Partial<ServerBounds>): ServerBounds {
  const bounds = { ...defaultBounds, ...given };
  for (const [name, value] of Object.entries(bounds)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new InspectorOptionError(`bounds.${name}: expected a whole number of at least 1, got ${String(value)}.`);
    }
  }
  return bounds;
}
