import { parseArgs } from 'node:util';

export const usage = `Usage: npm start -- [options]

An echo bot on Telegram. With TELEGRAM_BOT_TOKEN set it talks to Telegram itself; without, it starts a local
Telegram-compatible server on 127.0.0.1, and a user who writes to the bot. Ctrl-C stops it.

Options:
  --tour   play a scripted half minute on the local server; exit 0 only if all of it held, else 1
  --help   show this

Environment:
  TELEGRAM_BOT_TOKEN   the bot's token, as BotFather gives it; the tour does not use it
  NO_COLOR             set it to anything to have no colours`;

export type Command =
  | { readonly kind: 'run' }
  | { readonly kind: 'tour' }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly message: string };

export function parseCommandLine(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { tour: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    if (values.help) return { kind: 'help' };
    return { kind: values.tour ? 'tour' : 'run' };
  } catch (error) {
    const [problem] = error instanceof Error ? error.message.split('. ') : [];
    return { kind: 'mistake', message: `${problem ?? 'Unreadable arguments'}.` };
  }
}
