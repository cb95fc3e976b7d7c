import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Manifest The part of a package.json that the checks read.
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [devDependencies]
 *
 * @typedef {object} WorkspacePackage
 * @property {string} directory Absolute.
 * @property {string} folder Relative to the root, with forward slashes: `packages/core`.
 * @property {Manifest} manifest
 */

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** A check that found something wrong. Its message is for people and is all that is printed. */
export class CheckFailure extends Error {}

/** @param {string} path */
export function fromRoot(path) {
  return relative(root, path).split(sep).join('/');
}

/** @param {string} path @returns {unknown} */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * The members of the workspace, in the order of their folders.
 * @param {...('packages' | 'examples')} parents
 * @returns {WorkspacePackage[]}
 */
export function members(...parents) {
  return parents.flatMap((parent) =>
    readdirSync(join(root, parent))
      .sort()
      .map((name) => join(root, parent, name))
      .filter((directory) => existsSync(join(directory, 'package.json')))
      .map((directory) => ({
        directory,
        folder: fromRoot(directory),
        manifest: /** @type {Manifest} */ (readJson(join(directory, 'package.json'))),
      })),
  );
}

/** What gets published. */
export function publicPackages() {
  return members('packages').filter(({ manifest }) => manifest.private !== true);
}

/**
 * The files under a folder, recursively; none when there is no such folder. Installed packages are skipped.
 * @param {string} directory
 * @param {RegExp} pattern
 * @returns {string[]}
 */
export function filesUnder(directory, pattern) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesUnder(path, pattern);
    return pattern.test(entry.name) ? [path] : [];
  });
}

/**
 * Runs a program to its end and hands back what it printed; fails with that output when its exit code is not 0.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, show?: boolean }} [options] `show`: its output goes straight to the terminal.
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd = root, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => reject(new CheckFailure(`${command} did not start: ${error.message}`)));
    child.on('close', (code, signal) => {
      const text = Buffer.concat(output).toString('utf8').trimEnd();
      if (code === 0) return resolve(text);
      const ending = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      reject(new CheckFailure([`${[command, ...args].join(' ')} ${ending}`, text].filter(Boolean).join('\n')));
    });
  });
}

/**
 * Runs a tool that is installed in the workspace, at the root or in packages/tooling, on this very Node.
 * @param {string} script Path of the tool's script inside node_modules: `typescript/bin/tsc`.
 * @param {readonly string[]} args
 * @param {{ cwd?: string, show?: boolean }} [options]
 */
export function runTool(script, args, options) {
  const places = [join(root, 'node_modules'), join(root, 'packages', 'tooling', 'node_modules')];
  const found = places.map((place) => join(place, script)).find((path) => existsSync(path));
  if (found === undefined) {
    throw new CheckFailure(`${script} is not installed. Run "npm run bootstrap" first.`);
  }
  return run(process.execPath, [found, ...args], options);
}
