import type { IClientOptions, MqttProtocol } from 'mqtt';
import type { MqttCredentials, ResolvedMqttConfig } from './config.ts';

/** Room for a topic and properties beside the payload, in the packets that we let the broker send. */
const packetRoomBytes = 2 * 65_536;

const protocols: Readonly<Record<string, MqttProtocol>> = {
  'mqtt:': 'mqtt',
  'mqtts:': 'mqtts',
  'ws:': 'ws',
  'wss:': 'wss',
};

/** How mqtt.js is to connect: once, keeping nothing, and saying nothing of it anywhere. */
export function brokerOptions(
  config: ResolvedMqttConfig,
  { username, password }: MqttCredentials,
  clientId: string,
): IClientOptions {
  const { protocolVersion, cleanStart, keepaliveSec, connectTimeoutMs, ca } = config;
  return {
    ...addressOf(config.url),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    clientId,
    protocolVersion,
    clean: cleanStart,
    keepalive: keepaliveSec,
    ...(protocolVersion === 5 ? { properties: propertiesOf(config) } : {}),
    ...(ca === undefined ? {} : { ca }),
    manualConnect: true,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // Ours comes first, and covers subscribing too.
    connectTimeout: connectTimeoutMs + 1_000,
    // Its debugging output shows the password.
    log: () => {},
  };
}

function addressOf(url: string): IClientOptions {
  const { protocol, hostname, port, pathname } = new URL(url);
  const isWebSocket = protocol.startsWith('ws');
  // The address of IPv6 has brackets in a URL, and nowhere else.
  const host = isWebSocket ? hostname : hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    protocol: protocols[protocol] ?? 'mqtt',
    hostname: host,
    host,
    ...(port === '' ? {} : { port: Number(port) }),
    ...(isWebSocket ? { path: pathname, wsOptions: { perMessageDeflate: false } } : {}),
  };
}

function propertiesOf(config: ResolvedMqttConfig): NonNullable<IClientOptions['properties']> {
  const { cleanStart, sessionExpirySec, queueCapacity, maxPayloadBytes } = config;
  return {
    sessionExpiryInterval: cleanStart ? 0 : sessionExpirySec,
    receiveMaximum: queueCapacity,
    maximumPacketSize: maxPayloadBytes + packetRoomBytes,
  };
}
