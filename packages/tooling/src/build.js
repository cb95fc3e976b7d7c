import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesUnder, fromRoot, members, runTool } from './workspace.js';

const output = /^(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/;

/** Builds everything that is built. */
export async function checkBuild() {
  const stale = removeStaleOutputs();
  await runTool('typescript/bin/tsc', ['-b', 'packages', 'examples']);
  return stale.length === 0 ? '' : `removed what had lost its source: ${stale.join(', ')}`;
}

/** `tsc -b` leaves the output of a source that was deleted or renamed, and it would be published. */
export function removeStaleOutputs() {
  const stale = members('packages', 'examples').flatMap(({ directory }) => staleOutputs(directory));
  for (const path of stale) rmSync(path);
  return stale.map(fromRoot);
}

/** @param {string} directory */
function staleOutputs(directory) {
  const dist = join(directory, 'dist');
  return filesUnder(dist, output).filter((path) => {
    const stem = relative(dist, path).replace(output, '$1');
    return !['.ts', '.tsx'].some((extension) => existsSync(join(directory, 'src', stem + extension)));
  });
}
