import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { sqliteStore } from '../../src/sqlite.ts';
import { everything } from '../samples.ts';

const source = fileURLToPath(new URL('./committing.ts', import.meta.url));
/** Where the driver, which cannot be bundled, is found. */
const script = fileURLToPath(new URL('../../node_modules/.holdfast/committing.js', import.meta.url));

interface Work {
  /** The number of the first commit. */
  readonly first: number;
  /** Of the last one. Default: none is the last. */
  readonly last?: number;
  readonly textLength: number;
  /** Commits that are under way together. */
  readonly lanes: number;
}

/** A process that commits until it is killed, and tells what resolved. */
export class Committer {
  /** The last commit that resolved. */
  lastResolved: number;
  readonly #child: ChildProcess;
  /** It does not end with its parent. */
  readonly #killNow = (): void => {
    this.#child.kill('SIGKILL');
  };
  readonly #waiting = new Set<(line: string) => void>();

  constructor(path: string, { first, last = Number.MAX_SAFE_INTEGER, textLength, lanes }: Work) {
    this.lastResolved = first - 1;
    this.#child = spawn(process.execPath, [script, path, ...[first, last, textLength, lanes].map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.once('exit', this.#killNow);
    const { stdout } = this.#child;
    if (!stdout) throw new Error('The child has no stdout.');
    createInterface(stdout).on('line', (line) => {
      if (/^\d+$/.test(line)) this.lastResolved = Math.max(this.lastResolved, Number(line));
      for (const check of this.#waiting) check(line);
    });
  }

  /** Of the sources, as they are now. */
  static async build(): Promise<void> {
    await build({
      entryPoints: [source],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['holdfast:source'],
      external: ['libsql'],
      logLevel: 'silent',
    });
  }

  /** Resolves with the line that fits. */
  until(fits: (line: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const check = (line: string): void => {
        if (fits(line)) this.#waiting.delete(check);
        if (fits(line)) resolve(line);
      };
      this.#waiting.add(check);
      this.#child.once('exit', () => reject(new Error('The child ended by itself.')));
    });
  }

  /** Idempotent. */
  async kill(): Promise<void> {
    process.off('exit', this.#killNow);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close'); // what it had said by then is read
    this.#child.kill('SIGKILL');
    await closed;
  }
}

/**
 * The number of the last commit in a file, after looking that all before it are there too, each whole, and nothing else; -1
 * for none.
 */
export async function lastWholeCommit(path: string): Promise<number> {
  await using store = await sqliteStore({ path });
  const { outbox, keys, handled, cursor } = await store.load('a', {
    ...everything,
    keys: 1_000_000,
    handled: 1_000_000,
  });
  const last = typeof cursor === 'number' ? cursor : -1;
  const all = Array.from({ length: last + 1 }, (_, number) => number);
  const found = {
    outbox: outbox.map(({ sequence }) => sequence),
    keys: keys.map(({ key, receipt }) => `${key} ${String(receipt.externalMessageId)}`),
    handled,
  };
  const expected = {
    outbox: all.slice(-50),
    keys: all.map((number) => `k${number} ${number}`),
    handled: all.map((number) => `h${number}`),
  };
  for (const [name, list] of Object.entries(expected)) {
    const actual: readonly unknown[] = found[name === 'outbox' ? 'outbox' : name === 'keys' ? 'keys' : 'handled'];
    if (actual.join() !== list.join()) throw new Error(`${name} is torn: ${actual.join()} is not 0 to ${last}`);
  }
  return last;
}
