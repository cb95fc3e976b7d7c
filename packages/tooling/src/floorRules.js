/**
 * Who may import whom, as rules for dependency-cruiser.
 *
 * F1. Inside core each floor imports only itself and the floors below it; every file stands on a floor.
 * F2. policy, schema and errors.ts know no xstate; core knows no Node built-in, and nothing but xstate, zod and our compile.
 * F3. The sources of an outer package import core and chart, by their package names, and no other package of ours; chart and compile import none.
 * F4. Nothing reaches into another package's src: what is not exported by its name cannot be had.
 * F5. No source imports its own package's index.
 * F6. No cycle, of types either.
 * F7. A source imports only what its package.json hands to its users; nothing imports tests or examples.
 */

/** From the top to the ground: folders and files of packages/core/src. */
const floors = ['index\\.ts$', 'runtime/', 'machine/', 'actors/', 'policy/', 'ports/', '(?:schema/|errors\\.ts$)'];
const core = '^packages/core/src/';
const onAFloor = `${core}(?:${floors.join('|')})`;

/** Programs of our own that stand on several packages; everything else is a library. */
const programs = 'bench|chaos|conformance|tooling';
const librarySource = `^packages/(?!(?:${programs})/)([^/]+)/src/`;

/** @typedef {import('dependency-cruiser').IRegularForbiddenRuleType} ForbiddenRule */

/**
 * @param {string} name
 * @param {string} comment
 * @param {Pick<ForbiddenRule, 'from' | 'to'>} edge
 * @returns {ForbiddenRule}
 */
function forbid(name, comment, edge) {
  return { name, comment, severity: 'error', ...edge };
}

const coreFloorRules = floors.slice(1).map((floor, index) => {
  const above = floors.slice(0, index + 1);
  return forbid('core-floors', 'A floor of core imports only itself and the floors below it (F1).', {
    from: { path: `${core}${floor}` },
    to: { path: `${core}(?:${above.join('|')})` },
  });
});

/** @type {ForbiddenRule[]} */
export const forbidden = [
  ...coreFloorRules,
  forbid('core-off-the-floors', 'This file of core stands on no floor: move it, or name its floor here (F1).', {
    from: { path: core, pathNot: onAFloor },
    to: {},
  }),
  forbid('core-to-off-the-floors', 'This file of core stands on no floor: move it, or name its floor here (F1).', {
    from: {},
    to: { path: core, pathNot: onAFloor },
  }),
  forbid('policy-knows-no-xstate', 'Policy, schemas and errors are functions and values, without XState (F2).', {
    from: { path: `${core}(?:policy/|schema/|errors\\.ts$)` },
    to: { path: 'node_modules/(?:@xstate/|xstate/)' },
  }),
  forbid('core-is-browser-safe', 'Core runs in a browser: it imports no Node built-in (F2).', {
    from: { path: core },
    to: { dependencyTypes: ['core'] },
  }),
  forbid('core-stands-on-two', 'Core imports xstate and zod, and nothing else from outside (F2).', {
    from: { path: core },
    to: { path: 'node_modules/', pathNot: 'node_modules/(?:xstate|zod)/' },
  }),
  forbid('core-stands-alone', 'Core imports compile, and no other package of the workspace (F3).', {
    from: { path: core },
    to: { path: '^(?:packages|examples)/(?!(?:core|compile)/)' },
  }),
  forbid('packages-know-only-core', 'A library imports core and chart by name, and no other package of ours (F3).', {
    from: { path: librarySource, pathNot: core },
    to: { path: '^packages/', pathNot: ['^packages/$1/', '^packages/(?:chart|core)/'] },
  }),
  forbid('chart-stands-alone', 'Chart knows xstate and the engine of its layout, and no package of ours (F3).', {
    from: { path: '^packages/chart/src/' },
    to: { path: ['^packages/(?!chart/)', 'node_modules/(?!.*(?:xstate|elkjs)/)'] },
  }),
  forbid('compile-stands-alone', 'Compile knows xstate and nothing else (F3).', {
    from: { path: '^packages/compile/src/' },
    to: { path: ['^packages/(?!compile/)', 'node_modules/(?!.*xstate/)'] },
  }),
  forbid('compile-in-browsers', 'A compiled chart runs in a browser: no Node built-in (F3).', {
    from: { path: '^packages/compile/src/' },
    to: { dependencyTypes: ['core'] },
  }),
  forbid('chart-in-browsers', 'Charts are drawn in browsers too: no Node built-in (F3).', {
    from: { path: '^packages/chart/src/' },
    to: { dependencyTypes: ['core'] },
  }),
  forbid('packages-by-name', 'Another package is imported by its name, never by a path (F4).', {
    from: { path: '^((?:packages|examples)/[^/]+)/' },
    to: { path: '^(?:packages|examples)/[^/]+/', pathNot: '^$1/', dependencyTypes: ['local'] },
  }),
  forbid('packages-by-their-index', "Another package's src is closed: import what its index exports (F4).", {
    from: { path: '^((?:packages|examples)/[^/]+)/' },
    to: {
      path: '^packages/[^/]+/',
      pathNot: [
        '^$1/',
        '^packages/[^/]+/(?:src/index\\.ts|package\\.json)$',
        '^packages/store/src/(?:sqlite|postgres)\\.ts$',
        '^packages/testing/src/(?:chart|contracts|model|record|vitest)/index\\.ts$',
        '^packages/inspector/src/(?:stately|server)/index\\.ts$',
      ],
    },
  }),
  forbid('testing-in-browsers', 'Of @holdfast/testing only src/vitest needs Node (F3).', {
    from: { path: '^packages/testing/src/(?!vitest/)' },
    to: { dependencyTypes: ['core'] },
  }),
  forbid(
    'inspector-stands-on-xstate',
    'Of @holdfast/inspector all but the server runs in a browser, on xstate alone (F3).',
    {
      from: { path: '^packages/inspector/src/(?!server/)' },
      to: { pathNot: ['^packages/inspector/src/', 'node_modules/xstate/'] },
    },
  ),
  forbid(
    'inspector-page-is-small',
    'The page loads its own modules, and those that read a session, and no xstate (F3).',
    {
      from: { path: '^packages/inspector/src/page/' },
      to: {
        pathNot: [
          '^packages/inspector/src/(?:page|session)/',
          '^packages/inspector/src/(?:session|errors|records|chartOf)\\.ts$',
        ],
      },
    },
  ),
  forbid('collector-knows-no-viewer', 'The collector does not know who shows its records, and to whom (F3).', {
    from: { path: '^packages/inspector/src/(?!stately/|server/|page/)' },
    to: { path: '^packages/inspector/src/(?:stately|server|page)/' },
  }),
  forbid(
    'inspector-page-and-bridge',
    'The page and the bridge do not know the server; the server knows no bridge (F3).',
    {
      from: { path: '^packages/inspector/src/(page|stately|server)/' },
      to: {
        path: '^packages/inspector/src/(?:stately|server|page)/',
        pathNot: ['^packages/inspector/src/$1/', '^packages/inspector/src/page/protocol\\.ts$'],
      },
    },
  ),
  forbid('no-own-index', 'A source imports the file that it needs, not the index of its own package (F5).', {
    from: { path: '^packages/([^/]+)/src/' },
    to: { path: '^packages/$1/src/index\\.ts$' },
  }),
  forbid('no-cycles', 'No cycle, not even of types: move what both need below both (F6).', {
    from: {},
    to: { circular: true },
  }),
  forbid('only-declared', 'This is missing in the package.json of its package (F7).', {
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  }),
  forbid('only-what-exists', 'This cannot be found (F7).', { from: {}, to: { couldNotResolve: true } }),
  forbid('no-dev-in-sources', 'A source imports only dependencies that its users get as well (F7).', {
    from: { path: librarySource },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional'] },
  }),
  forbid('no-tests-in-sources', 'Sources do not import tests or examples (F7).', {
    from: { path: '^packages/[^/]+/src/' },
    to: { path: ['^packages/[^/]+/test/', '^examples/'] },
  }),
];
