import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckFailure, members, publicPackages, readJson, root, run } from './workspace.js';

/** What a user's tsconfig.json says, once for Node and once for a bundler. */
const resolutions = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
];

/** The compilers of the workspace: the one that builds, and one of the generation before it. */
const compilers = ['node_modules', 'packages/tooling/node_modules'].map((place) =>
  join(root, place, 'typescript/bin/tsc'),
);

/**
 * A project of a user's: installs the tarballs next to what they ask for, type-checks a program with each of them
 * (nothing skipped, in both ways of resolution), and runs it.
 * @param {ReadonlyMap<string, string>} tarballs The packed file by package name.
 * @param {string} directory
 */
export async function checkConsumer(tarballs, directory) {
  mkdirSync(directory);
  const programs = [...tarballs.keys()].map((name) => copyProgram(name, directory));
  writeJson(join(directory, 'package.json'), {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: {
      ...peersFromOutside(tarballs),
      ...Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`])),
    },
  });
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: directory });
  for (const resolution of resolutions) await typeCheck(directory, programs, resolution);
  for (const program of programs)
    await run(process.execPath, [`out/${program.replace('.ts', '.js')}`], { cwd: directory });
}

/** @param {string} name @param {string} directory */
function copyProgram(name, directory) {
  const program = `${name.replace('@', '').replace(/[/-](.)/g, (_, letter) => letter.toUpperCase())}.ts`;
  const source = join(root, 'packages', 'tooling', 'consumer', program);
  if (!existsSync(source)) {
    throw new CheckFailure(
      `${name} is published and no consumer tries it: write packages/tooling/consumer/${program}.`,
    );
  }
  copyFileSync(source, join(directory, program));
  return program;
}

/**
 * The peers that are not ours, in the version that the workspace tests with.
 * @param {ReadonlyMap<string, string>} tarballs
 */
function peersFromOutside(tarballs) {
  const names = publicPackages().flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}));
  return Object.fromEntries(names.filter((name) => !tarballs.has(name)).map((name) => [name, installedVersion(name)]));
}

/** @param {string} name */
function installedVersion(name) {
  const places = members('packages').map(({ directory }) => join(directory, 'node_modules', name, 'package.json'));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new CheckFailure(`The peer ${name} is not installed in any package.`);
  return /** @type {{ version: string }} */ (readJson(found)).version;
}

/**
 * @param {string} directory
 * @param {readonly string[]} programs
 * @param {(typeof resolutions)[number]} resolution
 */
async function typeCheck(directory, programs, resolution) {
  const file = `tsconfig.${resolution.moduleResolution}.json`;
  writeJson(join(directory, file), {
    compilerOptions: {
      ...resolution,
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable', 'dom.asynciterable'],
      types: [],
      strict: true,
      skipLibCheck: false,
      outDir: resolution.moduleResolution === 'nodenext' ? 'out' : 'out-bundler',
    },
    files: programs,
  });
  for (const compiler of compilers) await run(process.execPath, [compiler, '-p', file], { cwd: directory });
}

/** @param {string} path @param {unknown} value */
function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
