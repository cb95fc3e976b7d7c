import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { forbidden } from './floorRules.js';
import { CheckFailure, filesUnder, fromRoot, members, root } from './workspace.js';

const sourceFile = /(?<!\.d)\.(?:ts|tsx|js|mjs|cjs)$/;

/** Holds the floors of the house: see floorRules.js. */
export async function checkFloors() {
  const folders = members('packages', 'examples')
    .flatMap(({ directory }) => [join(directory, 'src'), join(directory, 'test')])
    .filter((folder) => existsSync(folder));
  const { output } = await cruise(
    // Folders, not files: a cruiser that cannot read TypeScript finds none in them, and that is seen below.
    folders.map(fromRoot),
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden },
      outputType: 'json',
      // Imports of types count as imports.
      tsPreCompilationDeps: true,
      // What all tests use is named once, in the package.json of the root.
      combinedDependencies: true,
      doNotFollow: { path: 'node_modules|/dist/' },
    },
    { conditionNames: ['holdfast:source', 'types', 'import', 'node', 'default'], exportsFields: ['exports'] },
  );
  /** @type {import('dependency-cruiser').ICruiseResult} */
  const { modules, summary } = typeof output === 'string' ? JSON.parse(output) : output;
  const files = folders.flatMap((folder) => filesUnder(folder, sourceFile)).map(fromRoot);
  assertAllSeen(new Set(modules.map(({ source }) => source)), files);
  if (summary.violations.length > 0) throw new CheckFailure(summary.violations.map(describe).join('\n'));
  const imports = modules.reduce((count, module) => count + module.dependencies.length, 0);
  return `${files.length} files, ${imports} imports`;
}

/**
 * A cruiser that finds no compiler for TypeScript reports success on 0 modules, so every file must have been seen.
 * @param {ReadonlySet<string>} seen
 * @param {readonly string[]} files
 */
function assertAllSeen(seen, files) {
  const missed = files.filter((file) => !seen.has(file));
  if (files.length > 0 && missed.length === 0) return;
  throw new CheckFailure(
    [
      `dependency-cruiser has read ${files.length - missed.length} of ${files.length} files. It missed, for example:`,
      ...missed.slice(0, 5).map((file) => `  ${file}`),
      'Does it find a TypeScript below 7 (packageExtensions in pnpm-workspace.yaml)?',
    ].join('\n'),
  );
}

/** @param {import('dependency-cruiser').IViolation} violation */
function describe({ rule, from, to, cycle }) {
  const comment = forbidden.find(({ name }) => name === rule.name)?.comment ?? '';
  const way = cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ');
  return `${from} → ${way}\n  ${rule.name}: ${comment}`;
}
