import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const mosquitto = '/usr/sbin/mosquitto';
const mosquittoPasswd = '/usr/bin/mosquitto_passwd';
const aedes = fileURLToPath(new URL('./aedesBroker.js', import.meta.url));

/** Debian's mosquitto where it is installed, or else aedes, which has no MQTT 5. `MQTT_TEST_BROKER=aedes` asks for it. */
export const brokerKind = existsSync(mosquitto) && process.env['MQTT_TEST_BROKER'] !== 'aedes' ? 'mosquitto' : 'aedes';
export const protocolVersions: readonly (4 | 5)[] = brokerKind === 'mosquitto' ? [5, 4] : [4];

/** Anybody may come without a name; nobody may read or write `private/#`. */
export const user = { username: 'bot', password: 'right-password' } as const;

/** A broker that others wrote, as a child process on 127.0.0.1. */
export class MqttBroker {
  readonly port: number;
  readonly #directory: string;
  #child: ChildProcess;
  /** It does not end with its parent. */
  readonly #killNow = (): void => {
    this.#child.kill('SIGKILL');
  };

  private constructor(port: number, directory: string, child: ChildProcess) {
    this.port = port;
    this.#directory = directory;
    this.#child = child;
    process.once('exit', this.#killNow);
  }

  static async start(): Promise<MqttBroker> {
    const directory = await mkdtemp(join(tmpdir(), 'holdfast-mqtt-'));
    const port = await freePort();
    if (brokerKind === 'mosquitto') await configureMosquitto(directory, port);
    return new MqttBroker(port, directory, await run(directory, port));
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Freezes it: connections stay open, and nothing answers. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** On the same port. It has forgotten everything. */
  async restart(): Promise<void> {
    await this.kill();
    this.#child = await run(this.#directory, this.port);
  }

  async stop(): Promise<void> {
    await this.kill();
    process.off('exit', this.#killNow);
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function configureMosquitto(directory: string, port: number): Promise<void> {
  const passwords = join(directory, 'passwords');
  const access = join(directory, 'access');
  execFileSync(mosquittoPasswd, ['-b', '-c', passwords, user.username, user.password], { stdio: 'ignore' });
  const rules = ['topic readwrite #', 'topic deny private/#'];
  await writeFile(access, [...rules, `user ${user.username}`, ...rules, ''].join('\n'));
  const settings = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    `password_file ${passwords}`,
    `acl_file ${access}`,
    `user ${userInfo().username}`,
    'log_dest stderr',
    '',
  ];
  await writeFile(join(directory, 'mosquitto.conf'), settings.join('\n'));
}

async function run(directory: string, port: number): Promise<ChildProcess> {
  const child =
    brokerKind === 'mosquitto'
      ? spawn(mosquitto, ['-c', join(directory, 'mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
      : spawn(process.execPath, [aedes, String(port), JSON.stringify({ [user.username]: user.password })], {
          stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        });
  await untilRunning(child);
  return child;
}

/** Both say that they are running when they listen. */
function untilRunning(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const { stderr } = child;
    if (!stderr) return reject(new Error('The broker has no stderr.'));
    const said: string[] = [];
    createInterface(stderr).on('line', (line) => {
      said.push(line);
      if (/running$/.test(line)) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The broker did not start: ${said.join(' | ')}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('A listening server has an address.');
  return address.port;
}
