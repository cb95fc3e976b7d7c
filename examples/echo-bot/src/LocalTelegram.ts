import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseSends } from './sendRecord.ts';

/** What the server says about itself once it listens. */
interface Manifest {
  readonly adminToken: string;
  readonly baseUrl: string;
  readonly endpoints: { readonly apiRoot: string; readonly adminInboundUrl: string };
}

const serverScript = fileURLToPath(new URL('./bin/crabline.js', import.meta.resolve('@openclaw/crabline')));
/** A real bot's token is none of the server's business. */
const { TELEGRAM_BOT_TOKEN: _secret, ...environment } = process.env;
const startDeadlineMs = 20_000;
const stopGraceMs = 3_000;

/**
 * A Telegram-compatible server (crabline's) as a child process on 127.0.0.1. It keeps its address over restarts. The
 * child ends with this object, and with this process, however that ends.
 */
export class LocalTelegram implements AsyncDisposable {
  readonly #directory: string;
  readonly #records: string[] = [];
  #child: ChildProcess | undefined;
  #manifest: Manifest | undefined;

  /** Resolves when it listens, on a free port. */
  static async start(token: string): Promise<LocalTelegram> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-echo-bot-')));
    const server = new LocalTelegram(directory);
    try {
      await server.start(token);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(directory: string) {
    this.#directory = directory;
    process.once('exit', this.#discard);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && isRunning(this.#child);
  }

  get apiRoot(): string {
    return this.#running.endpoints.apiRoot;
  }

  get port(): number {
    return Number(new URL(this.#running.baseUrl).port);
  }

  /** Where a user's messages are posted, and the header that allows it. */
  get inbox(): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
    const { endpoints, adminToken } = this.#running;
    return { url: endpoints.adminInboundUrl, headers: { 'x-crabline-admin-token': adminToken } };
  }

  /** Starts it, or starts it again at the same address. It knows this token and no other. */
  async start(token: string): Promise<void> {
    // Each start has a folder of its own: a server that was killed may leave its record locked.
    const directory = await mkdtemp(join(this.#directory, 'start-'));
    const record = join(directory, 'record.jsonl');
    await writeFile(record, '');
    this.#records.push(record);
    const port = this.#manifest ? this.port : 0;
    const listen = ['serve', 'telegram', '--host', '127.0.0.1', '--port', `${port}`, '--recorder', record];
    const child = spawn(process.execPath, [serverScript, '--json', ...listen], {
      cwd: directory,
      env: {
        ...environment,
        CRABLINE_BOT_TOKEN: token,
        CRABLINE_ADMIN_TOKEN: 'local',
        CRABLINE_RECORDER_LOCK_DIR: directory,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal is for the bot, which needs the server to finish its work.
      detached: true,
    });
    this.#child = child;
    this.#manifest = await readManifest(child);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Resolves when the process has ended, or `signal` aborts. */
  async ended(signal: AbortSignal): Promise<void> {
    if (this.#child && isRunning(this.#child)) await once(this.#child, 'exit', { signal }).catch(() => undefined);
  }

  /** The texts that the bot has sent, in order, from the server's own records. They outlive a kill. */
  async sentTexts(): Promise<string[]> {
    const records = await Promise.all(this.#records.map((path) => readFile(path, 'utf8')));
    return records.flatMap(parseSends);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    process.off('exit', this.#discard);
    this.#discard();
  }

  get #running(): Manifest {
    if (!this.#manifest) throw new Error('The local server has not started yet.');
    return this.#manifest;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || !isRunning(child)) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    await ended;
    clearTimeout(force);
  }

  /** The last resort, for an exit that waits for nothing. */
  readonly #discard = (): void => {
    this.#child?.kill('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  };
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

/** Its first output is one JSON document over several lines; by then it listens. */
function readManifest(
  child: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable },
): Promise<Manifest> {
  return new Promise((resolve, reject) => {
    let output = '';
    let complaints = '';
    const fail = (problem: string): void => {
      clearTimeout(deadline);
      child.kill('SIGKILL');
      reject(new Error(`The local Telegram-compatible server ${problem}. ${complaints}`.trim()));
    };
    const deadline = setTimeout(() => fail(`did not start within ${startDeadlineMs} ms`), startDeadlineMs);
    child.once('error', (error) => fail(`cannot be started (${error.message})`));
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? `code ${code}`}`));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaints = `${complaints}${chunk}`.slice(-2_000);
    });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const manifest = parseManifest(output);
      if (!manifest) return;
      clearTimeout(deadline);
      resolve(manifest);
    });
  });
}

function parseManifest(output: string): Manifest | undefined {
  try {
    return JSON.parse(output);
  } catch {
    return undefined; // Not all of it is here yet.
  }
}
