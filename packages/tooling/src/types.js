import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CheckFailure, filesUnder, members, readJson, root, runTool } from './workspace.js';

/** Builds every project and type-checks what is never built: the tests, and the tools in here. */
export async function checkTypes() {
  assertAllReferenced('packages');
  assertAllReferenced('examples');
  const tested = members('packages', 'examples').filter(
    ({ directory }) => filesUnder(join(directory, 'test'), /\.tsx?$/).length > 0,
  );
  const projects = [...tested.map(({ folder }) => `${folder}/test/tsconfig.json`), 'packages/tooling/tsconfig.json'];
  const absent = projects.filter((project) => !existsSync(join(root, project)));
  if (absent.length > 0) throw new CheckFailure(`These tests are type-checked by nothing, add ${absent.join(', ')}.`);
  const runs = [['-b', 'packages', 'examples'], ...projects.map((project) => ['-p', project, '--noEmit'])];
  /** @type {string[]} */
  const problems = [];
  for (const args of runs) {
    await runTool('typescript/bin/tsc', args).catch((error) => problems.push(error.message));
  }
  if (problems.length > 0) throw new CheckFailure(problems.join('\n'));
  return `the build and ${projects.length} projects beside it`;
}

/**
 * `tsc -b` builds what the solution file lists, and says nothing about the rest.
 * @param {'packages' | 'examples'} parent
 */
function assertAllReferenced(parent) {
  const solution = /** @type {{ references: { path: string }[] }} */ (readJson(join(root, parent, 'tsconfig.json')));
  const listed = new Set(solution.references.map(({ path }) => `${parent}/${path}`));
  const forgotten = members(parent)
    .map(({ folder }) => folder)
    .filter((folder) => folder !== 'packages/tooling' && !listed.has(folder));
  if (forgotten.length > 0)
    throw new CheckFailure(`${parent}/tsconfig.json does not reference ${forgotten.join(', ')}.`);
}
