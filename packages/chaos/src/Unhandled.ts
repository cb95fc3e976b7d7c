/**
 * Rejections that nobody handled, exceptions that nobody caught, and Node's warnings of listeners that pile up, in this
 * process while it listens.
 */
export class Unhandled {
  readonly #found: string[] = [];
  readonly #rejected = (reason: unknown): void => void this.#found.push(`rejection: ${describe(reason)}`);
  readonly #thrown = (error: unknown): void => void this.#found.push(`exception: ${describe(error)}`);

  readonly #warned = (warning: Error): void => {
    if (warning.name === 'MaxListenersExceededWarning') this.#found.push(`warning: ${describe(warning)}`);
  };

  get found(): readonly string[] {
    return this.#found;
  }

  listen(): void {
    process.on('unhandledRejection', this.#rejected);
    process.on('uncaughtException', this.#thrown);
    process.on('warning', this.#warned);
  }

  stop(): void {
    process.off('unhandledRejection', this.#rejected);
    process.off('uncaughtException', this.#thrown);
    process.off('warning', this.#warned);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
