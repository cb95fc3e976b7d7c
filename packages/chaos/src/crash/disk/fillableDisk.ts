import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Children } from '../../peers/Children.ts';
import type { Life } from '../run/Life.ts';
import type { Place } from './Place.ts';

/** A disk that can be full. */
export interface FillableDisk {
  /** For people: what it is. */
  readonly kind: string;
  readonly place: Place;
  /** Leaves no room. */
  fill(life: Life | undefined): void;
  makeRoom(life: Life | undefined): void;
}

const tmpfsMegabytes = 24;
const quotaBytes = 6_000_000;
/** Large pieces first, then what still fits. */
const pieces = [1_048_576, 4_096, 1];

/** A small tmpfs where we may mount one, as root may; or else the quota of the store itself. */
export async function fillableDisk(children: Children): Promise<FillableDisk> {
  return mayMount() ? TmpfsDisk.mount(children) : quotaDisk(children);
}

/**
 * A tmpfs in a mount namespace of its own, which a process holds that only waits. With that process it is gone, however it
 * ends: nothing can leave a mount behind.
 */
class TmpfsDisk implements FillableDisk {
  readonly kind = `a tmpfs of ${tmpfsMegabytes} MB`;
  readonly place: Place;
  readonly #filler: string;

  static async mount(children: Children): Promise<TmpfsDisk> {
    const folder = join(children.folder, 'small-disk');
    mkdirSync(folder);
    const mount = `mount -t tmpfs -o size=${tmpfsMegabytes}m tmpfs "$1" && echo mounted && exec sleep infinity`;
    const args = ['--mount', '--propagation', 'private', 'sh', '-c', mount, 'sh', folder];
    const holder = children.spawn('unshare', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (holder.stdout) await once(holder.stdout, 'data');
    return new TmpfsDisk(Number(holder.pid), folder);
  }

  private constructor(holder: number, folder: string) {
    const seenFromHere = `/proc/${holder}/root${folder}`;
    this.#filler = join(seenFromHere, 'filler');
    this.place = {
      storePath: join(seenFromHere, 'store.db'),
      storePathInside: join(folder, 'store.db'),
      entrance: ['nsenter', `--mount=/proc/${holder}/ns/mnt`, '--'],
      maxBytes: null,
    };
  }

  fill(): void {
    const file = openSync(this.#filler, 'a');
    for (const size of pieces) {
      const piece = Buffer.alloc(size);
      let fits = true;
      while (fits) fits = isWritten(file, piece);
    }
    closeSync(file);
  }

  makeRoom(): void {
    rmSync(this.#filler, { force: true });
  }
}

function isWritten(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}

/** The process itself fills its quota: nobody else can. */
function quotaDisk(children: Children): FillableDisk {
  const storePath = join(children.folder, 'quota.db');
  return {
    kind: `a quota of ${quotaBytes / 1_000_000} MB (sqliteStore's maxBytes: only root may mount a small tmpfs)`,
    place: { storePath, storePathInside: storePath, entrance: [], maxBytes: quotaBytes },
    fill: (life) => life?.tell({ name: 'fill' }),
    makeRoom: (life) => life?.tell({ name: 'makeRoom' }),
  };
}

/** Only root may, and not everywhere. `CRASH_DISK=quota` asks for the other way. */
function mayMount(): boolean {
  if (process.getuid?.() !== 0 || process.env['CRASH_DISK'] === 'quota') return false;
  try {
    const probe = ['--mount', '--propagation', 'private', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
    execFileSync('unshare', probe, { stdio: 'ignore' });
    execFileSync('nsenter', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
