import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Children } from '../../peers/Children.ts';
import type { Command, LifeOrder, Report } from '../subject/protocol.ts';

const script = fileURLToPath(new URL('../subject/main.js', import.meta.url));
/** The descriptor on which a life reports. */
const reportsOn = 3;
/** What a life says on stderr is shown when it ends by itself. Characters. */
const keptOfStderr = 2_000;

interface LifeOptions {
  readonly children: Children;
  readonly order: LifeOrder;
  /** What runs the program in the place where its store is, before the program; nothing for this place. */
  readonly entrance: readonly string[];
  readonly onReport: (report: Report) => void;
}

/** One process of the instances, from its start to its end. */
export class Life {
  readonly #children: Children;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #stderr = '';
  #isExpectedToEnd = false;

  constructor({ children, order, entrance, onReport }: LifeOptions) {
    this.#children = children;
    const [program = process.execPath, ...args] = [...entrance, process.execPath, script];
    this.#child = children.spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe', 'pipe'] });
    this.#child.stdin?.on('error', () => {
      // It was killed before it was told.
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#stderr = (this.#stderr + data.toString()).slice(-keptOfStderr);
    });
    this.#ended = this.#readAll(onReport);
    this.#write(order);
  }

  tell(command: Command): void {
    this.#write(command);
  }

  /** Resolves when it is dead, and everything that it has said is heard. */
  async kill(): Promise<void> {
    this.#isExpectedToEnd = true;
    await this.#children.kill(this.#child);
    await this.#ended;
  }

  /** It was told to end. Resolves when it has. */
  async ended(): Promise<void> {
    this.#isExpectedToEnd = true;
    await this.#ended;
  }

  /** Resolves with how it ended, if it ends without having been told or killed. */
  async diedByItself(): Promise<string> {
    const how = await this.#ended;
    return this.#isExpectedToEnd ? new Promise(() => {}) : `it ended with ${how}: ${this.#stderr.trim()}`;
  }

  async #readAll(onReport: (report: Report) => void): Promise<string> {
    const closed = once(this.#child, 'close');
    const reports = this.#child.stdio[reportsOn];
    if (!(reports instanceof Readable)) throw new Error('There is no way to hear what a life says.');
    for await (const line of createInterface({ input: reports })) {
      const report = readReport(line);
      if (report) onReport(report);
    }
    const [code, signal] = await closed;
    return String(code ?? signal);
  }

  #write(line: LifeOrder | Command): void {
    this.#child.stdin?.write(`${JSON.stringify(line)}\n`);
  }
}

/** The last line may be half a line: SIGKILL does not wait. */
function readReport(line: string): Report | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
