import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type TemporaryFolder, temporaryFolder } from '../temporaryFolder.ts';

const debian = debianBinaries();
const pglite = fileURLToPath(new URL('./pgliteServer.js', import.meta.url));

/** Debian's postgres where it is installed, or else PGlite. `POSTGRES_TEST_SERVER=pglite` asks for that. */
export const serverKind =
  debian !== undefined && process.env['POSTGRES_TEST_SERVER'] !== 'pglite' ? 'postgres' : 'PGlite';

export const password = 'c4nary/p@ss word';

/** A Postgres that others wrote, as a child process on 127.0.0.1. */
export class PostgresServer {
  readonly port: number;
  readonly #folder: TemporaryFolder;
  #child: ChildProcess;
  /** It does not end with its parent. */
  readonly #killNow = (): void => {
    this.#child.kill('SIGKILL');
  };

  private constructor(port: number, folder: TemporaryFolder, child: ChildProcess) {
    this.port = port;
    this.#folder = folder;
    this.#child = child;
    process.once('exit', this.#killNow);
  }

  static async start(): Promise<PostgresServer> {
    const folder = await temporaryFolder();
    const port = await freePort();
    if (serverKind === 'postgres') initialize(folder.path);
    return new PostgresServer(port, folder, await run(folder.path, port));
  }

  get url(): string {
    return this.urlAt(this.port);
  }

  urlAt(port: number, secret = password): string {
    return `postgres://postgres:${encodeURIComponent(secret)}@127.0.0.1:${port}/postgres`;
  }

  /** As a power cut has it: SIGQUIT ends postgres and its children at once, without a checkpoint. */
  async crash(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(serverKind === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
    await exited;
  }

  /** On the same port, with what it had. */
  async restart(): Promise<void> {
    await this.crash();
    this.#child = await run(this.#folder.path, this.port);
  }

  async stop(): Promise<void> {
    await this.crash();
    process.off('exit', this.#killNow);
    await this.#folder.remove();
  }
}

function debianBinaries(): string | undefined {
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return undefined;
  const [newest] = readdirSync(versions).sort((a, b) => Number(b) - Number(a));
  const binaries = join(versions, newest ?? 'none', 'bin');
  return existsSync(join(binaries, 'postgres')) ? binaries : undefined;
}

/** Postgres refuses to run as root: Debian's package brings a user for it. */
function owner(): { readonly uid: number; readonly gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function initialize(folder: string): void {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const user = owner();
  mkdirSync(data);
  writeFileSync(passwordFile, password);
  if (user.uid !== undefined) for (const path of [folder, data, passwordFile]) chownSync(path, user.uid, user.gid);
  const options = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8'];
  execFileSync(join(debian ?? '', 'initdb'), ['-D', data, ...options, '--no-sync'], {
    ...user,
    stdio: 'ignore',
    cwd: folder,
  });
}

async function run(folder: string, port: number): Promise<ChildProcess> {
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'shared_buffers=16MB'];
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  const child =
    serverKind === 'postgres'
      ? spawn(
          join(debian ?? '', 'postgres'),
          ['-D', join(folder, 'data'), '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
          { ...owner(), stdio, cwd: folder, env: { ...process.env, LC_ALL: 'C' } },
        )
      : spawn(process.execPath, [pglite, join(folder, 'data'), String(port)], { stdio });
  await untilListening(child);
  return child;
}

function untilListening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const { stderr } = child;
    if (!stderr) return reject(new Error('The server has no stderr.'));
    const said: string[] = [];
    createInterface(stderr).on('line', (line) => {
      said.push(line);
      if (/ready to accept connections|^listening$/.test(line)) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The server did not start: ${said.join(' | ')}`)));
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
