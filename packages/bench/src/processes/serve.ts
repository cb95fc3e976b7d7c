/**
 * Calls from a process to its child, over the channel that `fork` makes. Both ends are in this package and typed by the same
 * `Service`, and plain data is all that crosses.
 */

/** What a child can be asked. */
export type Service = { readonly [Name in string]: (argument: never) => Promise<unknown> };

export interface Call {
  readonly number: number;
  readonly name: string;
  readonly argument: unknown;
}

export type Answer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly error: string };

/** A process's end of its parent's channel. */
export interface Channel {
  on(event: 'message', listener: (call: Call) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
  send?(answer: Answer): unknown;
  exit(): void;
}

/** Answers the parent's calls until it is gone; then ends this process, after `onOrphaned`. */
export function serve(service: Service, onOrphaned: () => void = () => undefined, channel: Channel = process): void {
  channel.on('message', (call) => void answer(service, call).then((message) => channel.send?.(message)));
  channel.once('disconnect', () => {
    onOrphaned();
    channel.exit();
  });
}

async function answer(service: Service, { number, name, argument }: Call): Promise<Answer> {
  try {
    const method = service[name];
    if (!method) throw new Error(`Nothing here is called ${name}.`);
    return { number, value: await method(argument as never) };
  } catch (error) {
    return { number, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
