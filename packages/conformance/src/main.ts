import { fileURLToPath } from 'node:url';
import { runCli } from './cli.ts';

const isTerminal = process.stdout.isTTY === true;

process.exitCode = await runCli(process.argv.slice(2), {
  ownTraces: fileURLToPath(new URL('../data/', import.meta.url)),
  // npm runs scripts at the root of the repo; a relative folder is meant from where its user stands.
  standsIn: process.env['INIT_CWD'] ?? process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal,
  hasColours: isTerminal && !process.env['NO_COLOR'],
});
