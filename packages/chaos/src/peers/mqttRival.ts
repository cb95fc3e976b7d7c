import { once } from 'node:events';
import { connect } from 'node:net';
import { generate } from 'mqtt-packet';
import { member } from './Broker.ts';

export interface Session {
  readonly port: number;
  readonly clientId: string;
  readonly protocolVersion: 4 | 5;
}

/**
 * Takes a session over, until `signal` aborts or somebody takes it back. It acknowledges nothing and leaves the session to
 * whoever comes next, so that it costs nobody a message.
 */
export async function holdSession({ port, clientId, protocolVersion }: Session, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const socket = connect(port, '127.0.0.1');
  const letGo = (): void => void socket.destroy();
  signal.addEventListener('abort', letGo, { once: true });
  socket.on('error', () => {
    // The broker hung up: that is how it tells that the session is another's again.
  });
  socket.resume();
  socket.write(
    generate(
      {
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion,
        clientId,
        clean: false,
        keepalive: 0,
        username: member.username,
        password: Buffer.from(member.password),
        ...(protocolVersion === 5 && { properties: { sessionExpiryInterval: 3_600 } }),
      },
      { protocolVersion },
    ),
  );
  socket.once('end', letGo);
  await once(socket, 'close');
  signal.removeEventListener('abort', letGo);
}

/** The first byte of a CONNECT. */
const connectByte = 0x10;
const connectionRateExceeded = 0x9f;
const serverUnavailable = 3;

/** What a broker says to a client that connects too often; MQTT 3.1.1 has no better word than: not now. */
export function refuseConnect(piece: Buffer, protocolVersion: 4 | 5): Buffer | undefined {
  if (piece[0] !== connectByte) return undefined;
  const reason = protocolVersion === 5 ? { reasonCode: connectionRateExceeded } : { returnCode: serverUnavailable };
  return generate({ cmd: 'connack', sessionPresent: false, ...reason }, { protocolVersion });
}
