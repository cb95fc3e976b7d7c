import { type ChildProcess, type ForkOptions, fork, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const reaperScript = fileURLToPath(new URL('./reaper.js', import.meta.url));
/** In memory where that is to be had: the servers sync each record, and it is not the disk that is to be measured. */
const roots = ['/dev/shm', tmpdir()];

interface Fork {
  readonly args?: readonly string[];
  readonly options: ForkOptions;
}

/**
 * The processes that this one starts, and the folder in which they work.
 *
 * K1. None outlives this process: the reaper kills those that are left when it ends, were it by SIGKILL.
 * K2. Each is killed by its own pid, and only as long as it is known to live.
 */
export class Children {
  readonly folder: string;
  readonly #reaper: ChildProcess;
  readonly #living = new Set<ChildProcess>();

  static async create(): Promise<Children> {
    const root = roots.find((path) => existsSync(path)) ?? tmpdir();
    return new Children(await realpath(await mkdtemp(join(root, 'holdfast-chaos-'))));
  }

  private constructor(folder: string) {
    this.folder = folder;
    // Detached: a Ctrl-C in the terminal must not end it before us.
    this.#reaper = spawn(process.execPath, [reaperScript], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
    this.#reaper.unref();
    this.#reaper.stdin?.on('error', () => {
      // Without it the others are still killed by `killAll`.
    });
    this.#tell(`folder ${folder}`);
  }

  spawn(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return this.#adopt(spawn(program, args, options));
  }

  fork(script: string, { args = [], options }: Fork): ChildProcess {
    return this.#adopt(fork(script, args, options));
  }

  /** Resolves when it is dead. */
  async kill(child: ChildProcess): Promise<void> {
    if (!this.#living.has(child)) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Synchronous, so that it can be the last thing that this process does. */
  killAll(): void {
    for (const child of this.#living) child.kill('SIGKILL');
  }

  /** Kills what is left, and removes the folder. */
  async close(): Promise<void> {
    await Promise.all([...this.#living].map((child) => this.kill(child)));
    const exited = once(this.#reaper, 'exit');
    this.#reaper.ref();
    this.#reaper.stdin?.end();
    await exited;
  }

  #adopt(child: ChildProcess): ChildProcess {
    const { pid } = child;
    if (pid === undefined) return child; // It did not start; `error` tells why.
    this.#living.add(child);
    this.#tell(`born ${pid}`);
    child.once('exit', () => {
      this.#living.delete(child);
      this.#tell(`dead ${pid}`);
    });
    return child;
  }

  #tell(line: string): void {
    this.#reaper.stdin?.write(`${line}\n`);
  }
}
