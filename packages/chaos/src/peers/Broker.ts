import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who may connect. */
export const member = { username: 'member', password: 'the-right-password' } as const;

/** A program that serves MQTT. */
export interface Broker {
  /** For people: its name and version. */
  readonly name: string;
  /** For people: what a SIGKILL makes it forget. */
  readonly forgetting: string;
  /** Whether it still has its sessions when it was killed and has started again. */
  readonly keepsSessions: boolean;
  /** What it speaks. */
  readonly protocolVersion: 4 | 5;
  /** Starts it. */
  launch(place: BrokerPlace): ChildProcess;
}

export interface BrokerPlace {
  readonly port: number;
  /** Its own: what it keeps is there when it starts again. */
  readonly folder: string;
  /** Where it writes down what it does. */
  readonly logPath: string;
}

const startDeadlineMs = 10_000;

/** Resolves when it listens, with where; rejects when it ends before. */
export async function startBroker(
  broker: Broker,
  place: Omit<BrokerPlace, 'port'>,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const port = await freePort();
  const child = broker.launch({ ...place, port });
  const failed = new AbortController();
  child.once('error', (error) => failed.abort(error));
  child.once('exit', (code) => failed.abort(new Error(`${broker.name} ended with ${code} before it listened.`)));
  const deadline = performance.now() + startDeadlineMs;
  while (!(await answers(port))) {
    failed.signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`${broker.name} did not listen within ${startDeadlineMs} ms.`);
    await sleep(10);
  }
  return { child, port };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
