import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Call, Service } from './serve.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface ChildOptions {
  /** It may collect its garbage when it likes, and has room for a hundred thousand instances of each kind. */
  readonly isMeasuringHeap?: boolean;
}

const heapFlags = ['--expose-gc', '--max-old-space-size=8192'];

/** A child process that answers calls. It ends when this process does, however that comes about. */
export class ChildService<Api extends Service> implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #calls = 0;

  /** `script` is a module that calls `serve`. */
  constructor(script: URL, args: readonly string[] = [], { isMeasuringHeap = false }: ChildOptions = {}) {
    const path = fileURLToPath(script);
    const execArgv = isMeasuringHeap ? heapFlags : [];
    this.#child = fork(path, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv });
    this.#child.on('message', (answer: Answer) => this.#settle(answer));
    this.#ended = once(this.#child, 'exit').then(([code, signal]) => {
      const error = new Error(`${basename(path)} ${args[0] ?? ''} ended (${signal ?? code}).`);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
  }

  /** Rejects with what the child's method rejected with, or when the child has ended. */
  call<Name extends keyof Api & string>(
    name: Name,
    ...[argument]: Parameters<Api[Name]>
  ): Promise<Awaited<ReturnType<Api[Name]>>> {
    this.#calls += 1;
    const number = this.#calls;
    const call: Call = { number, name, argument };
    return new Promise((resolve, reject) => {
      // What the child answers is of the type that its service says.
      this.#waiting.set(number, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send(call, (error) => error && this.#settle({ number, error: error.message }));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.value);
  }
}
