import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { build } from 'esbuild';
import { CheckFailure, root, runTool } from './workspace.js';

const tooling = join(root, 'packages', 'tooling');

/**
 * What a page without any Node has, as far as loading needs it. Whoever starts a timer, opens a connection or draws a
 * number while loading is refused: importing core does nothing but define.
 */
const page = `
  const refuse = (name) => () => { throw new Error(name + ' was called while core was loaded'); };
  for (const name of ['setTimeout', 'setInterval', 'queueMicrotask', 'fetch', 'WebSocket']) globalThis[name] = refuse(name);
  Math.random = refuse('Math.random');
  globalThis.crypto = { getRandomValues: refuse('crypto.getRandomValues'), randomUUID: refuse('crypto.randomUUID') };
`;

/** @typedef {{ name: string, passed: boolean, size: number, sizeLimit?: number }} MeasuredSize */

/** Bundles core for a browser, loads the bundle without Node, and holds its sizes (sizes.json). */
export async function checkBundle() {
  await loadInPage(await bundleCore());
  const sizes = await measure();
  const over = sizes.filter(({ passed }) => !passed);
  const report = sizes.map(({ name, size, sizeLimit }) => `${name}: ${size} of ${sizeLimit ?? '?'} bytes`).join('; ');
  if (over.length > 0) {
    throw new CheckFailure(
      `${report}\nOver the budget in packages/tooling/sizes.json: ${over.map(({ name }) => name).join(', ')}.`,
    );
  }
  return report;
}

/** A Node built-in cannot be bundled for a browser: esbuild says which, and who imports it. */
async function bundleCore() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['packages/core/dist/index.js'],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'holdfast',
    minify: true,
    write: false,
    logLevel: 'silent',
  }).catch((error) => {
    throw new CheckFailure(`Core cannot be bundled for a browser.\n${error instanceof Error ? error.message : error}`);
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new CheckFailure('The bundle of core is empty.');
  return bundle.text;
}

/** @param {string} bundle */
function loadInPage(bundle) {
  const sandbox = createContext({});
  try {
    new Script(page).runInContext(sandbox);
    new Script(bundle, { filename: 'holdfast.js' }).runInContext(sandbox);
  } catch (error) {
    throw new CheckFailure(
      `Core does not load where there is no Node: ${error instanceof Error ? error.message : error}`,
    );
  }
  const loaded = new Script('typeof holdfast.createMessaging').runInContext(sandbox);
  if (loaded !== 'function') throw new CheckFailure(`The loaded bundle has no createMessaging (it is ${loaded}).`);
}

async function measure() {
  const cli = join('size-limit', 'bin.js');
  const output = await runTool(cli, ['--json', '--config', join(tooling, 'sizes.json')], { cwd: tooling }).catch(
    // It exits with 1 when a budget is exceeded; the sizes are what it printed all the same.
    (error) => String(error.message).replace(/^[^\n]*\n/, ''),
  );
  try {
    return /** @type {MeasuredSize[]} */ (JSON.parse(output));
  } catch {
    throw new CheckFailure(`size-limit measured nothing.\n${output}`);
  }
}
