import { parseArgs } from 'node:util';

export const usage = `Usage: holdfast-inspect [options]

Opens the local inspector for apps that send their actors with @statelyai/inspect:
  createWebSocketInspector({ url: 'ws://127.0.0.1:8080' })
It also opens sessions that were exported before. It listens on 127.0.0.1 only.

Options:
  --port N         default 8080; 0 takes any that is free
  --origin ORIGIN  a page that may send besides those of this machine: https://devbox.local:3000; may be given again
  --context PATH   what of the context of machines may be shown: cart.size; may be given again. Default: nothing
  --help           show this`;

export type Command =
  | {
      readonly kind: 'run';
      readonly port: number | undefined;
      readonly appOrigins: readonly string[];
      readonly context: readonly string[];
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly message: string };

export function parseCommandLine(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        origin: { type: 'string', multiple: true },
        context: { type: 'string', multiple: true },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return { kind: 'help' };
    const port = values.port === undefined ? undefined : Number(values.port);
    return { kind: 'run', port, appOrigins: values.origin ?? [], context: values.context ?? [] };
  } catch (error) {
    const [problem] = error instanceof Error ? error.message.split('. ') : [];
    return { kind: 'mistake', message: `${problem ?? 'Unreadable arguments'}.` };
  }
}
