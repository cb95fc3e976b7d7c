import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { KillersFirst } from './src/mutation/KillersFirst.js';

/** In the sandbox these are Stryker's copies. */
const packages = fileURLToPath(new URL('..', import.meta.url));

/**
 * The tests for the mutants of a folder. The policies are values and functions: what their own tests do not find, is not found.
 * @param {string} folder
 */
function testsOf(folder) {
  if (folder === 'policy') return ['policy/**/*'];
  if (folder === 'machine') {
    return [
      'entry',
      'bare',
      'machine/*',
      'runtime/{credentials,health,instanceServer,messagingStop,stop,stopOnChannel,watchers}',
    ];
  }
  return [
    'entry',
    'actors/*',
    'machine/{fleet,reconnect,reconnectWaits,workers}',
    'runtime/{credentials,deliver*,health,heldDeliveries,instanceServer,messagingStop,replies,stop,stopOnChannel,webhook}',
    'runtime/durable/*',
  ];
}

/** The tests that mutants have to survive. Many thousand times they run, so here everything is about speed. */
export default defineConfig({
  resolve: {
    conditions: ['holdfast:source'],
    // The linked packages in node_modules lead out of the sandbox, to the core that has no mutants.
    alias: [
      { find: /^holdfast$/, replacement: join(packages, 'core/src/index.ts') },
      { find: /^@holdfast\/([^/]+)$/, replacement: join(packages, '$1/src/index.ts') },
      { find: /^@holdfast\/([^/]+)\/([^/]+)$/, replacement: join(packages, '$1/src/$2/index.ts') },
    ],
  },
  ssr: { resolve: { conditions: ['holdfast:source'] } },
  test: {
    name: 'mutation',
    include: testsOf(process.env['MUTATED'] ?? 'actors').map((pattern) => `packages/core/test/${pattern}.test.ts`),
    exclude: [
      // They read the text of the source, and find Stryker's.
      'packages/core/test/machine/drawable.test.ts',
      // Seconds each, and more; what they alone could find is for the whole run of the tests.
      'packages/core/test/machine/{fleetAtScale,invariants,ready}.test.ts',
      'packages/core/test/runtime/durable/crashes.test.ts',
    ],
    // One module graph for all files instead of one each: a third of the time. Stryker starts a new one for each mutant.
    isolate: false,
    setupFiles: [join(packages, 'tooling/src/mutation/sameRuns.js')],
    env: { PROPERTY_RUNS: '40' },
    sequence: { sequencer: KillersFirst },
  },
});
