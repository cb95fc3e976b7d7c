import type { ChannelAdapter, ChannelCapabilities, ConnectAttempt, JsonObject, Link } from 'holdfast';
import { brokerOptions } from './brokerOptions.ts';
import { defaultClientId } from './clientId.ts';
import { MqttConfig, MqttCredentials, maxPacketBytes, type ResolvedMqttConfig } from './config.ts';
import { MqttConfigError, MqttCredentialsError } from './errors.ts';
import { classifyMqttFailure } from './failures.ts';
import { Inbox } from './Inbox.ts';
import { MqttConnection } from './MqttConnection.ts';
import { MqttLink } from './MqttLink.ts';
import type { PublishLimits } from './outbound.ts';
import { SessionIndex } from './SessionIds.ts';

export type MqttAdapter = ChannelAdapter<MqttCredentials, MqttConfig, 'mqtt'>;

const capabilities = {
  inbound: 'socket',
  // What is not acknowledged comes again by the broker's session, not by a cursor.
  resume: false,
  ack: true,
  sendAck: true,
  exclusive: true,
  // Below what brokers let a client have on the way, 20 for many. One that allows less is asked for less.
  maxInFlight: 10,
} as const satisfies ChannelCapabilities;

/**
 * The MQTT channel: hand it to `createMessaging({ channels: [mqtt()] })`. A topic is a conversation. It never retries by
 * itself, and lets a password into no error, failure or identity.
 */
export function mqtt(): MqttAdapter {
  const sessions = new SessionIndex();
  return {
    kind: 'mqtt',
    capabilities,
    credentialsSchema: MqttCredentials,
    configSchema: MqttConfig,
    classifyFailure: classifyMqttFailure,
    connect: (attempt) => connect(attempt, sessions),
  };
}

async function connect(attempt: ConnectAttempt<MqttCredentials, MqttConfig>, sessions: SessionIndex): Promise<Link> {
  const { instanceId, signal } = attempt;
  const config = checkConfig(attempt.config);
  const credentials = checkCredentials(attempt.credentials, config);
  const { url, protocolVersion, clientId = defaultClientId(instanceId) } = config;
  const sessionKey = `${clientId} ${url}`;
  const session = sessions.open(sessionKey);
  const onEnd = (): void => sessions.close(sessionKey, session);
  const inbox = new Inbox({ session, capacity: config.queueCapacity, maxPayloadBytes: config.maxPayloadBytes });
  const { password } = credentials;
  const secrets = password === undefined ? [] : [password];
  try {
    const connection = await MqttConnection.open({
      options: brokerOptions(config, credentials, clientId),
      plan: { subscriptions: config.subscriptions, noLocal: config.noLocal, protocolVersion, secrets },
      receiver: inbox,
      timeoutMs: config.connectTimeoutMs,
      maxInFlight: capabilities.maxInFlight,
      signal,
    });
    const identity = identityOf(connection, config, clientId);
    return new MqttLink({ connection, inbox, limits: limitsOf(connection, config), identity, onEnd });
  } catch (error) {
    onEnd();
    throw error;
  }
}

function identityOf(connection: MqttConnection, config: ResolvedMqttConfig, clientId: string): JsonObject {
  return {
    broker: config.url,
    clientId,
    protocolVersion: config.protocolVersion,
    sessionPresent: connection.isSessionPresent,
    subscriptions: connection.granted,
  };
}

function limitsOf(connection: MqttConnection, config: ResolvedMqttConfig): PublishLimits {
  const { maximumQoS = 1, retainAvailable = true, maximumPacketSize = maxPacketBytes } = connection.serverProperties;
  return {
    protocolVersion: config.protocolVersion,
    defaultQos: config.publishQos,
    maximumQos: maximumQoS,
    isRetainAvailable: retainAvailable,
    maximumPacketBytes: maximumPacketSize,
  };
}

function checkCredentials(given: unknown, { protocolVersion }: ResolvedMqttConfig): MqttCredentials {
  const parsed = MqttCredentials.safeParse(given);
  if (!parsed.success) throw new MqttCredentialsError();
  const { username, password } = parsed.data;
  if (protocolVersion === 4 && password !== undefined && username === undefined) throw new MqttCredentialsError();
  return parsed.data;
}

/** Also fills in the defaults, whether or not the caller did. */
function checkConfig(given: unknown): ResolvedMqttConfig {
  const parsed = MqttConfig.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `config${path.map((key) => `.${String(key)}`).join('')}: ${message}`,
  );
  throw new MqttConfigError('bad_config', `The config of this instance is not usable: ${problems.join('; ')}.`);
}
