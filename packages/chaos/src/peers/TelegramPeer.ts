import type { ChildProcess, ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultyProxy } from '../proxy/FaultyProxy.ts';
import type { Children } from './Children.ts';
import type { AccountGroup, Peer, PeerRecord } from './Peer.ts';
import { adminToken, TelegramAccount, textOf, updateIdOf } from './TelegramAccount.ts';
import type { HostAnswer, HostOrder } from './telegramHost.ts';
import { readTelegramRecord, type TelegramRecord } from './telegramRecord.ts';

const hostScript = fileURLToPath(new URL('./telegramHost.js', import.meta.url));

/**
 * The server's recorder takes locks under the account's home, by inode, and one that dies while it writes leaves its lock
 * there: a later recorder that gets the same inode then waits for half a minute. HOME does not move that place, so this does.
 */
export const ownHome = `data:text/javascript,${encodeURIComponent(`
  import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  const { userInfo } = os;
  os.userInfo = (options) => ({ ...userInfo(options), homedir: process.env.HOME });
  syncBuiltinESMExports();
`)}`;

interface TelegramPeerOptions {
  readonly children: Children;
  readonly name: string;
  /** The ids of its bots. */
  readonly ids: readonly string[];
  /** The number of the first bot at Telegram. */
  readonly firstBotId: number;
}

/** A process with a Telegram server for each of its bots. What they know is in memory: after SIGKILL all is forgotten. */
export class TelegramPeer implements Peer {
  readonly kind = 'telegram';
  readonly groups: readonly AccountGroup[];
  readonly #accounts: readonly TelegramAccount[];
  readonly #children: Children;
  readonly #name: string;
  readonly #lives: string[] = [];
  #child: ChildProcess | undefined;

  static async start({ children, name, ids, firstBotId }: TelegramPeerOptions): Promise<TelegramPeer> {
    const accounts: TelegramAccount[] = [];
    for (const [index, id] of ids.entries()) {
      accounts.push(new TelegramAccount(id, firstBotId + index, await FaultyProxy.start()));
    }
    const peer = new TelegramPeer(children, name, accounts);
    await peer.restart();
    return peer;
  }

  private constructor(children: Children, name: string, accounts: readonly TelegramAccount[]) {
    this.#children = children;
    this.#name = name;
    this.#accounts = accounts;
    this.groups = [{ name, accounts }];
  }

  async kill(): Promise<void> {
    if (this.#child) await this.#children.kill(this.#child);
  }

  async restart(): Promise<void> {
    const home = join(this.#children.folder, `${this.#name}-life-${this.#lives.length + 1}`);
    await mkdir(home);
    this.#lives.push(home);
    const env = { ...process.env, HOME: home };
    const options: ForkOptions = { cwd: home, env, execArgv: ['--import', ownHome], stdio: hostStdio };
    const child = this.#children.fork(hostScript, { options });
    this.#child = child;
    const bots = this.#accounts.map(({ id, token }) => ({ token, recorderPath: recordOf(home, id) }));
    const exited = once(child, 'exit').then(([code]) => {
      throw new Error(`The Telegram servers of ${this.#name} ended with ${code} before they listened.`);
    });
    const answered = once(child, 'message') as Promise<[HostAnswer]>;
    child.send({ adminToken, bots } satisfies HostOrder);
    const [{ ports }] = await Promise.race([answered, exited]);
    exited.catch(() => {
      // From now on its end is what a fault does to it.
    });
    for (const [index, account] of this.#accounts.entries()) account.moveTo(ports[index] ?? 0);
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async readRecord(): Promise<PeerRecord> {
    const lives = new Map<string, TelegramRecord[]>();
    for (const { id } of this.#accounts) {
      const texts = await Promise.all(this.#lives.map((home) => readFile(recordOf(home, id), 'utf8').catch(() => '')));
      lives.set(id, texts.map(readTelegramRecord));
    }
    return {
      hasTaken: (id, number) => lives.get(id)?.some(({ taken }) => taken.has(textOf(number))) ?? false,
      fateOf: (id, number) => fateIn(lives.get(id) ?? [], number),
    };
  }

  async close(): Promise<void> {
    await this.kill();
    await Promise.all(this.#accounts.map((account) => account.close()));
  }
}

const hostStdio: ForkOptions['stdio'] = ['ignore', 'ignore', 'inherit', 'ipc'];

function recordOf(home: string, id: string): string {
  return join(home, `${id}.jsonl`);
}

/**
 * An update lives in the memory of the life that wrote it down. It is forgotten when that life was killed (so it was not the
 * last) and the bot had not confirmed it in it; a bot that has confirmed it says that it has handled it.
 */
export function fateIn(lives: readonly TelegramRecord[], number: number): 'forgotten' | 'lost' {
  const life = lives.findIndex(({ written }) => written.has(textOf(number)));
  const isKilled = life >= 0 && life < lives.length - 1;
  const isConfirmed = (lives[life]?.acknowledgedBelow ?? 0) > updateIdOf(number);
  return isKilled && !isConfirmed ? 'forgotten' : 'lost';
}
