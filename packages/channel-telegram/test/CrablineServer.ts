import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly botToken: string;
  readonly adminToken: string;
  readonly endpoints: { readonly apiRoot: string; readonly adminInboundUrl: string };
}

export interface SentMessage {
  readonly chat_id: number | string;
  readonly text: string;
  readonly [option: string]: unknown;
}

const bin = fileURLToPath(new URL('./bin/crabline.js', import.meta.resolve('@openclaw/crabline')));

/**
 * Its recorder takes locks under the account's home, by inode, and one that dies while writing leaves its lock there: a
 * later recorder that gets the same inode then waits for half a minute. HOME does not move that place, so this does.
 */
const ownHome = `data:text/javascript,${encodeURIComponent(`
  import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  const { userInfo } = os;
  os.userInfo = (options) => ({ ...userInfo(options), homedir: process.env.HOME });
  syncBuiltinESMExports();
`)}`;

/** The Telegram server of `@openclaw/crabline`, a real peer that others wrote, as a child process on 127.0.0.1. */
export class CrablineServer {
  readonly token: string;
  readonly apiRoot: string;
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly #manifest: Manifest;
  /** It does not end with its parent. */
  readonly #killNow = (): void => {
    this.#child.kill('SIGKILL');
  };

  private constructor(child: ChildProcess, directory: string, manifest: Manifest) {
    this.#child = child;
    this.#directory = directory;
    this.#manifest = manifest;
    this.token = manifest.botToken;
    this.apiRoot = manifest.endpoints.apiRoot;
    process.once('exit', this.#killNow);
  }

  /** With the port of a server that is gone, this is that server come back: it has forgotten everything. */
  static async start({ token = '424242:crabline-test-token', port = 0 } = {}): Promise<CrablineServer> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-crabline-')));
    const recorder = ['--recorder', join(directory, 'recorder.jsonl')];
    const serve = [bin, '--json', 'serve', 'telegram', '--host', '127.0.0.1', '--port', String(port), ...recorder];
    const secrets = { CRABLINE_BOT_TOKEN: token, CRABLINE_ADMIN_TOKEN: 'admin' };
    const env = { ...process.env, HOME: directory, ...secrets };
    const child = spawn(process.execPath, ['--import', ownHome, ...serve], { cwd: directory, env });
    return new CrablineServer(child, directory, await readManifest(child));
  }

  get port(): number {
    return Number(new URL(this.apiRoot).port);
  }

  /** A user writes to the bot. Resolves with the number of the update. */
  async write(text: string, fields: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const response = await fetch(this.#manifest.endpoints.adminInboundUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-crabline-admin-token': this.#manifest.adminToken },
      body: JSON.stringify({ chatId: '100', fromId: 7, fromName: 'Ann', text, ...fields }),
    });
    const answer = (await response.json()) as { ok: boolean; update?: { update_id: number }; description?: string };
    if (!answer.update) throw new Error(`crabline took no message from the user: ${answer.description}`);
    return answer.update.update_id;
  }

  /** Calls the Bot API past the adapter, as another program with the same token would. */
  async call(method: string, body: object = {}): Promise<{ ok: boolean; result: unknown }> {
    const response = await fetch(`${this.apiRoot}/bot${this.token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { ok: boolean; result: unknown };
  }

  /** What the server has taken from the bot, in its order. */
  async sent(): Promise<SentMessage[]> {
    const text = await readFile(join(this.#directory, 'recorder.jsonl'), 'utf8');
    const events = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    return events.filter(({ path, accepted }) => accepted && path.endsWith('/sendMessage')).map(({ body }) => body);
  }

  async kill(): Promise<void> {
    process.off('exit', this.#killNow);
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#killNow();
      await exited;
    }
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** It prints its manifest over several lines, and listens by then. */
function readManifest(child: ChildProcess): Promise<Manifest> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.endsWith('}\n')) resolve(JSON.parse(output));
    });
    child.once('exit', (code) => reject(new Error(`crabline ended with ${code}: ${errors}`)));
  });
}
