import { describeAccount } from './account.ts';
import { parseCommandLine, usage } from './commandLine.ts';
import { runLocally, runOnTelegram } from './demo.ts';
import { paintFor } from './paint.ts';
import { listenForStop } from './stopRequest.ts';
import { playTour } from './tour.ts';

/** Runs what the command line asks for. Resolves with the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const command = parseCommandLine(args);
  switch (command.kind) {
    case 'help':
      console.log(usage);
      return 0;
    case 'mistake':
      console.error(`${command.message} See --help.`);
      return 2;
    case 'tour': {
      const options = { print: console.log, paint: paintFor(process.stdout), stop: listenForStop() };
      return (await playTour(options)) ? 0 : 1;
    }
    case 'run': {
      const token = process.env['TELEGRAM_BOT_TOKEN'];
      const stop = listenForStop();
      const account = await (token ? runOnTelegram(token, stop) : runLocally(stop));
      console.log(`Stopped: ${describeAccount(account)}.`);
      return 0;
    }
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
