#!/usr/bin/env node
import { once } from 'node:events';
import { InspectorOptionError } from '../../errors.ts';
import { InspectorServerError } from '../errors.ts';
import { startInspectorServer } from '../InspectorServer.ts';
import { parseCommandLine, usage } from './commandLine.ts';

/** Runs until it is interrupted. Resolves with the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const command = parseCommandLine(args);
  if (command.kind === 'help') {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  if (command.kind === 'mistake') {
    process.stderr.write(`${command.message} See --help.\n`);
    return 2;
  }
  const { appOrigins, context, port } = command;
  // Listened for before the address is printed: whoever reads it may interrupt at once.
  const interrupted = Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  const onAddress = (url: string): void => void process.stdout.write(`For another browser: ${url}\n`);
  await using server = await startInspectorServer({ port, appOrigins, allow: { context }, onAddress });
  process.stdout.write(
    `Inspector: ${server.url}\nApps send to ${server.appUrl} with @statelyai/inspect. Ctrl-C stops.\n`,
  );
  await interrupted;
  return 0;
}

// Whoever has read the address may close the pipe, as `head` does: the pages are served all the same.
process.stdout.on('error', () => undefined);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isKnown = error instanceof InspectorServerError || error instanceof InspectorOptionError;
  process.stderr.write(`${isKnown ? error.message : String((error instanceof Error && error.stack) || error)}\n`);
  process.exitCode = 1;
}
