/**
 * Everything that has to hold before a change is good, one step after the other.
 *
 *   npm run verify                              all steps
 *   npm run verify -- lint types                these
 *   npm run verify -- --skip tests,conformance  all but these
 *
 * A step that fails stops nothing: all of them run, and what failed is listed at the end.
 */
import { parseArgs } from 'node:util';
import { exampleSteps } from './tests.js';
import { CheckFailure, run, runTool } from './workspace.js';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {() => Promise<string | void>} check Resolves with what it found, in a few words, or rejects.
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {number} seconds
 * @property {string} [failure]
 */

/**
 * The tools of a step are loaded when its turn comes.
 * @type {readonly Step[]}
 */
const allSteps = [
  { name: 'lint', check: lint },
  { name: 'types', check: async () => (await import('./types.js')).checkTypes() },
  { name: 'floors', check: async () => (await import('./floors.js')).checkFloors() },
  { name: 'dead-code', check: deadCode },
  { name: 'tests', check: async () => (await import('./tests.js')).checkTests() },
  { name: 'tests-production', check: async () => (await import('./tests.js')).checkProductionBuild() },
  { name: 'build', check: async () => (await import('./build.js')).checkBuild() },
  { name: 'bundle', check: async () => (await import('./bundle.js')).checkBundle() },
  { name: 'packages', check: async () => (await import('./packages.js')).checkPackages() },
  { name: 'conformance', check: async () => (await import('./tests.js')).checkConformance() },
  ...exampleSteps(),
];

async function lint() {
  await run('npm', ['run', '-s', 'lint']);
}

async function deadCode() {
  await runTool('knip/bin/knip.js', ['--config', 'packages/tooling/knip.json', '--no-progress']);
}

/** @returns {readonly Step[]} */
function chosenSteps() {
  const { values, positionals } = parseArgs({ options: { skip: { type: 'string' } }, allowPositionals: true });
  const skipped = values.skip?.split(',') ?? [];
  const known = new Set(allSteps.map(({ name }) => name));
  const unknown = [...positionals, ...skipped].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new CheckFailure(`There is no step ${unknown.join(', ')}. The steps are: ${[...known].join(', ')}.`);
  }
  const wanted = positionals.length > 0 ? positionals : [...known];
  return allSteps.filter(({ name }) => wanted.includes(name) && !skipped.includes(name));
}

/**
 * @param {Step} step
 * @returns {Promise<Outcome>}
 */
async function perform({ name, check }) {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const found = await check();
    if (found) console.log(found);
    console.log(`ok, ${seconds().toFixed(1)} s`);
    return { name, seconds: seconds() };
  } catch (error) {
    const failure =
      error instanceof CheckFailure ? error.message : String((error instanceof Error && error.stack) || error);
    console.log(`${failure}\nFAILED, ${seconds().toFixed(1)} s`);
    return { name, seconds: seconds(), failure };
  }
}

async function verify() {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const step of chosenSteps()) outcomes.push(await perform(step));
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  console.log('\n── summary');
  for (const { name, seconds, failure } of outcomes) {
    console.log(
      `${failure === undefined ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s`,
    );
  }
  console.log(`verify: ${outcomes.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

try {
  await verify();
} catch (error) {
  console.error(error instanceof CheckFailure ? error.message : error);
  process.exitCode = 1;
}
