/**
 * A child process of its own that outlives its parent by a moment: it is told the processes that the parent has started and
 * the folder that it works in, and when the parent is gone, however that came about, it kills what is left of them.
 *
 * Lines of stdin: `folder PATH`, `born PID`, `dead PID`.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const living = new Set<number>();
let folder: string | undefined;

for await (const line of createInterface({ input: process.stdin })) {
  const [word = '', ...rest] = line.split(' ');
  const argument = rest.join(' ');
  if (word === 'folder') folder = argument;
  if (word === 'born') living.add(Number(argument));
  if (word === 'dead') living.delete(Number(argument));
}

for (const pid of living) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
