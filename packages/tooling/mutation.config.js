/**
 * How `npm run mutation` has Stryker break the core. What is left alone, and why:
 *
 * - descriptions in the charts (src/mutation/proseIgnorer.js);
 * - nothing else: no mutator is switched off, and no static mutant is passed over, for a chart is nothing but static code.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: ['packages/core/src/{machine,policy,actors}/**/*.ts'],
  // Only what the tests of the core need gets into the sandbox.
  ignorePatterns: [
    '/*',
    '!/package.json',
    '!/tsconfig.base.json',
    '!/packages',
    '/packages/{bench,chaos,conformance}',
    'dist',
    '*.tsbuildinfo',
  ],
  tempDirName: '.stryker-tmp',
  plugins: ['@stryker-mutator/vitest-runner', './packages/tooling/src/mutation/proseIgnorer.js'],
  ignorers: ['prose'],
  testRunner: 'vitest',
  // `related` looks for imports of the mutated file, and most tests import the package by its name.
  vitest: { configFile: 'packages/tooling/mutation.vitest.config.js', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // On a machine that has other work too, a slow test must not count as one that found something.
  timeoutMS: 15_000,
  // A bar in a terminal, a line now and then in a file.
  reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'json'],
  // src/mutation.js runs each folder by itself, says which, and reads the report.
  jsonReporter: { fileName: `.stryker-tmp/${process.env['MUTATED']}.json` },
  incrementalFile: `.stryker-tmp/${process.env['MUTATED']}.incremental.json`,
  // That static mutants are slow is known, and why they are wanted is said above.
  warnings: { slow: false },
  allowConsoleColors: false,
};
