/**
 * Breaks the core in every small way there is, and looks whether a test notices.
 *
 *   npm run mutation                        policy, machine and actors: see CONTRIBUTING.md for how long
 *   npm run mutation -- --subset            what .ci/run has of it
 *   npm run mutation -- policy actors/Turns.ts
 *                                           these folders and files of packages/core/src
 *   npm run mutation -- --concurrency 1     on a machine that has other work too; 2 otherwise
 *   npm run mutation -- --incremental       only what has changed since the last time
 *   npm run mutation -- --report            once more what the last run found
 *   npm run mutation -- --accepted          and at the end what survived with a reason, too
 *
 * It fails below 90 % in any folder, when a mutant survives without a reason in mutationSurvivors.json, and when a reason
 * there is of no use any more.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { acceptedFile, accountOf, problemsOf } from './mutation/account.js';
import { judge, sources } from './mutation/judgement.js';
import { CheckFailure, fromRoot, readJson, root, runTool } from './workspace.js';

/** Each is a run of its own, with the tests that are for it. */
const folders = ['policy', 'machine', 'actors'];
/** Pure functions of values, and the tests of them alone: quick. */
const subset = ['policy'];

/**
 * @typedef {object} Run
 * @property {string} folder
 * @property {string} patterns What is to be broken, as Stryker takes it.
 */

function readArguments() {
  const { values, positionals } = parseArgs({
    options: {
      subset: { type: 'boolean', default: false },
      concurrency: { type: 'string' },
      incremental: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      accepted: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const named = values.subset ? [...subset, ...positionals] : positionals;
  const options = values.concurrency === undefined ? [] : ['--concurrency', values.concurrency];
  if (values.incremental) options.push('--incremental');
  return {
    runs: runsFor(named.length > 0 ? named : folders),
    options,
    isReportOnly: values.report,
    withAccepted: values.accepted,
  };
}

/**
 * @param {readonly string[]} names Folders and files below packages/core/src.
 * @returns {Run[]}
 */
function runsFor(names) {
  for (const name of names) {
    const isThere = folders.includes(name.split('/')[0] ?? '') && existsSync(join(root, sources, name));
    if (isThere) continue;
    const expected = `${folders.join(', ')}, or a file in one of them, as policy/outbox.ts`;
    throw new CheckFailure(`There is no ${name} in ${sources} to be broken. Name ${expected}.`);
  }
  return folders
    .map((folder) => ({ folder, own: names.filter((name) => name.split('/')[0] === folder) }))
    .filter(({ own }) => own.length > 0)
    .map(({ folder, own }) => ({
      folder,
      patterns: own.map((name) => `${sources}${name.endsWith('.ts') ? name : `${name}/**/*.ts`}`).join(','),
    }));
}

/** @param {Run} run @param {readonly string[]} options */
async function runStryker({ folder, patterns }, options) {
  console.log(`── ${folder}. Most of what survives has its reason: the report at the end tells what has none.`);
  // The configurations, Stryker's and Vitest's, read which one it is.
  process.env['MUTATED'] = folder;
  const args = ['run', 'packages/tooling/mutation.config.js', '--mutate', patterns, ...options];
  await runTool('@stryker-mutator/core/bin/stryker.js', args, { show: true });
}

/**
 * @param {readonly Run[]} runs
 * @returns {import('./mutation/judgement.js').Report}
 */
function readReports(runs) {
  const reports = runs.map(({ folder }) => {
    const path = join(root, '.stryker-tmp', `${folder}.json`);
    if (existsSync(path)) return /** @type {import('./mutation/judgement.js').Report} */ (readJson(path));
    throw new CheckFailure(`There is no ${fromRoot(path)}: no run has come to its end. Run "npm run mutation".`);
  });
  return { files: Object.assign({}, ...reports.map(({ files }) => files)) };
}

/** @returns {import('./mutation/judgement.js').AcceptedSurvivor[]} */
function readAccepted() {
  const accepted = /** @type {import('./mutation/judgement.js').AcceptedSurvivor[]} */ (
    readJson(join(root, acceptedFile))
  );
  const gone = accepted.find(({ file }) => !existsSync(join(root, sources, file)));
  if (gone === undefined) return accepted;
  throw new CheckFailure(
    `${acceptedFile} has reasons for ${gone.file}, which there is not in ${sources}: take them out.`,
  );
}

async function mutation() {
  const { isReportOnly, options, runs, withAccepted } = readArguments();
  const accepted = readAccepted();
  if (!isReportOnly) {
    for (const run of runs) await runStryker(run, options);
  }
  const judgement = judge(readReports(runs), accepted);
  for (const line of accountOf(judgement, { withAccepted })) console.log(line);
  const problems = problemsOf(judgement);
  if (problems.length > 0) throw new CheckFailure(problems.join('\n'));
}

try {
  await mutation();
} catch (error) {
  console.error(error instanceof CheckFailure ? error.message : error);
  process.exitCode = 1;
}
