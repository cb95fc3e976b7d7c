import { X509Certificate } from 'node:crypto';
import * as z from 'zod/mini';
import { isTopicFilter } from './topics.ts';

/** The most that the length field of a packet can say. */
export const maxPacketBytes = 268_435_455;

const onlyDocumentedKeys = { error: 'an object with the documented keys and no others' };
const secretText = z.string({ error: 'a string' }).check(z.minLength(1, { error: 'a string that is not empty' }));

/** What an instance of the MQTT channel needs to get in: nothing, where the broker lets everybody in. */
export const MqttCredentials = z.prefault(
  z.strictObject(
    {
      username: z.optional(secretText),
      /** MQTT 3.1.1 allows no password without a username. */
      password: z.optional(secretText),
    },
    onlyDocumentedKeys,
  ),
  {},
);
export interface MqttCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

function oneOf<const Value extends number>(...values: readonly Value[]) {
  return z.literal(values, { error: values.join(' or ') });
}

function wholeNumber(minimum: number, maximum: number) {
  const error = `a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).check(z.minimum(minimum, { error }), z.maximum(maximum, { error }));
}

const yesOrNo = z.boolean({ error: 'true or false' });

/** What to subscribe to. */
export const MqttSubscription = z.strictObject(
  {
    /** A topic filter: `chat/+`, `alerts/#`, `$share/workers/jobs`. */
    filter: z.string({ error: 'a topic filter' }).check(z.refine(isTopicFilter, { error: 'a valid topic filter' })),
    /**
     * `1`: the broker keeps each message until it is handled, and may bring it twice. `0`: at most once. Default 1. A
     * broker may grant less; `identity.subscriptions` of the link says what it granted.
     */
    qos: z._default(oneOf(0, 1), 1),
  },
  onlyDocumentedKeys,
);
export type MqttSubscription = z.infer<typeof MqttSubscription>;

/** The settings of an instance. */
export const MqttConfig = z.strictObject(
  {
    /**
     * The broker: `mqtt://host[:1883]`, `mqtts://host[:8883]`, `ws://host[:80]/path` or `wss://host[:443]/path`. No user,
     * password or query: secrets belong into the credentials. Plain `mqtt:` and `ws:` show the password on the way.
     */
    url: z
      .string({ error: 'a URL' })
      .check(z.refine(isBrokerUrl, { error: 'an mqtt(s) or ws(s) URL without user, password, query or fragment' })),
    /**
     * Who we are at the broker. It lets in one client of a name at a time: a second one throws out the first. Up to 23
     * letters and digits work everywhere. Default: the instance's id if it is such a name, or else one made from it.
     */
    clientId: z.optional(
      z
        .string({ error: 'a string' })
        .check(z.regex(/^[^\p{Cc}\p{Cs}]{1,1000}$/u, { error: '1 to 1,000 characters, without control characters' })),
    ),
    /** `5` is MQTT 5, `4` is MQTT 3.1.1: without No Local, Receive Maximum and reasons, see the README. Default 5. */
    protocolVersion: z._default(oneOf(4, 5), 5),
    /**
     * Forget at each connect what the broker has kept for this client. What came in while there was no connection, and
     * what was not handled, is lost then. Default false.
     */
    cleanStart: z._default(yesOrNo, false),
    /**
     * How long the broker keeps messages for this client after the connection has ended. Seconds, 0 to 4,294,967,295
     * (for ever), default 3,600. Not with `cleanStart`; with MQTT 3.1.1 the broker decides.
     */
    sessionExpirySec: z._default(wholeNumber(0, 4_294_967_295), 3_600),
    /** What to subscribe to. Default nothing: an instance that only sends. */
    subscriptions: z._default(z.array(MqttSubscription, { error: 'a list of { filter, qos }' }), () => []),
    /**
     * Do not receive what this client has published itself, so that an answer to a topic does not come back as a question.
     * MQTT 5 only, and not for shared subscriptions, which do not allow it. Default true.
     */
    noLocal: z._default(yesOrNo, true),
    /**
     * How messages are published, unless `metadata.qos` says otherwise. `1`: the broker confirms each. `0`: nobody
     * knows whether it arrived. Default 1.
     */
    publishQos: z._default(oneOf(0, 1), 1),
    /**
     * The longest silence before we ask the broker for a sign of life. It drops a client after one and a half times
     * this. Seconds, 0 (never) to 65,535, default 60. The instance's own probes come on top.
     */
    keepaliveSec: z._default(wholeNumber(0, 65_535), 60),
    /**
     * Messages that wait or are being handled. A broker of MQTT 5 sends no more than that of QoS 1 (Receive Maximum).
     * 1 to 65,535, default 100. Times `maxPayloadBytes` it bounds the memory.
     */
    queueCapacity: z._default(wholeNumber(1, 65_535), 100),
    /** A message with a longer payload is skipped. Bytes, 1 to 268,435,455, default 262,144 (256 KiB). */
    maxPayloadBytes: z._default(wholeNumber(1, maxPacketBytes), 262_144),
    /**
     * How long connecting and subscribing may take together. Milliseconds, 100 to 60,000, default 10,000. The instance's
     * `connectTimeoutMs` ends it too; the shorter one wins, and only this one says that it was the broker.
     */
    connectTimeoutMs: z._default(wholeNumber(100, 60_000), 10_000),
    /** For mqtts and wss: the certificates to trust instead of the system's, as PEM. Default the system's. */
    ca: z.optional(
      z.string({ error: 'a certificate as PEM' }).check(z.refine(isCertificate, { error: 'a certificate as PEM' })),
    ),
  },
  onlyDocumentedKeys,
);
/** As you write them: only `url` is required. */
export type MqttConfig = z.input<typeof MqttConfig>;
/** With all defaults in place. */
export type ResolvedMqttConfig = z.infer<typeof MqttConfig>;

function isBrokerUrl(value: string): boolean {
  if (!/^(?:mqtt|ws)s?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { protocol, hostname, pathname, username, password } = new URL(value);
  // By the text: an empty query or fragment leaves no trace in what is parsed.
  if (hostname === '' || username !== '' || password !== '' || /[?#@]/.test(value)) return false;
  return protocol.startsWith('ws') || pathname === '' || pathname === '/';
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
