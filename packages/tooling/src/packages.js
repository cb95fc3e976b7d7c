import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { removeStaleOutputs } from './build.js';
import { checkConsumer } from './consumer.js';
import { CheckFailure, filesUnder, fromRoot, publicPackages, readJson, root, run, runTool } from './workspace.js';

/** @typedef {import('./workspace.js').Manifest & { exports?: unknown }} PublishedManifest */

/** Packs what would be published, and looks at it as its users will. */
export async function checkPackages() {
  removeStaleOutputs();
  const work = mkdtempSync(join(tmpdir(), 'holdfast-packages-'));
  try {
    /** @type {Map<string, string>} */
    const tarballs = new Map();
    for (const { directory, manifest } of publicPackages()) tarballs.set(manifest.name, await pack(directory, work));
    const problems = await Promise.all([...tarballs.values()].map((tarball) => tarballProblems(tarball, work)));
    if (problems.flat().length > 0) throw new CheckFailure(problems.flat().join('\n'));
    await checkConsumer(tarballs, join(work, 'consumer'));
    return [...tarballs.keys()].join(', ');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string} directory @param {string} work */
async function pack(directory, work) {
  const target = join(work, fromRoot(directory));
  mkdirSync(target, { recursive: true });
  await run('npx', ['--yes', '--prefer-offline', `pnpm@${pnpmVersion()}`, 'pack', '--pack-destination', target], {
    cwd: directory,
  });
  const [tarball] = filesUnder(target, /\.tgz$/);
  if (tarball === undefined) throw new CheckFailure(`pnpm pack left no tarball for ${fromRoot(directory)}.`);
  return tarball;
}

/** The one that installs the workspace: it is named in the bootstrap script and nowhere else. */
function pnpmVersion() {
  const { scripts } = /** @type {import('./workspace.js').Manifest} */ (readJson(join(root, 'package.json')));
  const version = /pnpm@(\S+)/.exec(scripts?.['bootstrap'] ?? '')?.[1];
  if (version === undefined) throw new CheckFailure('The bootstrap script in package.json names no pnpm@VERSION.');
  return version;
}

/**
 * @param {string} tarball
 * @param {string} work
 * @returns {Promise<readonly string[]>}
 */
async function tarballProblems(tarball, work) {
  const unpacked = mkdtempSync(join(work, 'unpacked-'));
  await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
  const manifest = /** @type {PublishedManifest} */ (readJson(join(unpacked, 'package.json')));
  const problems = [...(await publintProblems(tarball)), ...contentProblems(unpacked, manifest)];
  // Profile esm-only: there is no CommonJS, on purpose.
  await runTool('@arethetypeswrong/cli/dist/index.js', ['--profile', 'esm-only', '--no-color', tarball]).catch(
    (error) => problems.push(error.message),
  );
  return problems.map((problem) => `${manifest.name}, as packed: ${problem}`);
}

/** @param {string} tarball */
async function publintProblems(tarball) {
  const file = readFileSync(tarball);
  const tar = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: tar }, strict: true });
  return messages
    .filter(({ type }) => type !== 'suggestion')
    .map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

/**
 * @param {string} unpacked
 * @param {PublishedManifest} manifest
 * @returns {string[]}
 */
function contentProblems(unpacked, manifest) {
  const problems = [];
  for (const file of ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']) {
    if (!existsSync(join(unpacked, file))) problems.push(`${file} is missing.`);
  }
  const foreign = filesUnder(unpacked, /\.tsbuildinfo$|\.test\.|^tsconfig/);
  problems.push(...foreign.map((path) => `${path.slice(unpacked.length + 1)} must not be published ("files").`));
  if (/workspace:|catalog:|holdfast:source/.test(JSON.stringify(manifest))) {
    problems.push(
      'package.json names something that exists in the workspace only (workspace:, catalog:, holdfast:source).',
    );
  }
  for (const map of filesUnder(join(unpacked, 'dist'), /\.map$/)) {
    const { sources } = /** @type {{ sources: string[] }} */ (readJson(map));
    const lost = sources.filter((source) => !existsSync(join(dirname(map), source)));
    if (lost.length > 0)
      problems.push(`${map.slice(unpacked.length + 1)} points to ${lost.join(', ')}, not published.`);
  }
  return problems;
}
