/** Deep enough to get out of XState: a delayed event of a nested machine is some thirty calls away from whoever caused it. */
const capturedFrames = 100;

/** V8 has the property, others ignore it. */
const traces: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error;

/** Where this package lies: its frames are never the place that somebody looks for. */
const ownFolder = folderOf(fileOf(import.meta.url), 1);

/**
 * A place in the code, remembered when this is made. The stack is only captured then; reading it, which is what costs,
 * waits until somebody asks.
 */
export class CreationPlace {
  readonly #trace: Error;

  constructor() {
    const limit = traces.stackTraceLimit;
    traces.stackTraceLimit = capturedFrames;
    this.#trace = new Error('captured');
    traces.stackTraceLimit = limit;
  }

  /**
   * `startBot (/app/src/bot.ts:12:5)`: the innermost frame that is neither this package nor under `node_modules`. Where all
   * are, as when a library arms a timer after a promise, the innermost of that library. Undefined where a runtime tells none.
   */
  describe(): string | undefined {
    return placeIn(this.#trace.stack ?? '');
  }
}

interface Frame {
  readonly functionName: string | undefined;
  readonly file: string;
  /** `12:5`. */
  readonly position: string;
}

/** The place that a stack names, as `describe` does. */
export function placeIn(stack: string): string | undefined {
  const frames = stack.split('\n').flatMap((line) => readFrame(line) ?? []);
  const foreign = frames.filter(({ file }) => !isOwn(file) && !/^node:/.test(file));
  const found =
    foreign.find(({ file }) => !file.includes('/node_modules/')) ??
    foreign.find(({ file }) => !file.includes('/node_modules/xstate/'));
  if (found === undefined) return undefined;
  const { functionName, file, position } = found;
  return functionName === undefined ? `${file}:${position}` : `${functionName} (${file}:${position})`;
}

/** `at name (file:1:2)`, `at async name (…)`, `at file:1:2` of V8; `name@file:1:2` of the others. */
function readFrame(line: string): Frame | undefined {
  const v8 = /^\s*at (?:async )?(?:(.*?) \()?(.*?):(\d+:\d+)\)?$/.exec(line);
  const match = v8 ?? /^(.*?)@(.*?):(\d+:\d+)$/.exec(line);
  const [, name, file, position] = match ?? [];
  if (file === undefined || position === undefined) return undefined;
  return { functionName: name === '' ? undefined : name, file: fileOf(file), position };
}

function isOwn(file: string): boolean {
  return file.startsWith(ownFolder);
}

/** A path with slashes, whatever a frame begins with. */
function fileOf(address: string): string {
  const path = address.replace(/^file:\/\//, '').replaceAll('\\', '/');
  const plain = path.replace(/^\/(?=[A-Za-z]:)/, '').replace(/\?.*$/, '');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

function folderOf(file: string, levels: number): string {
  return `${file.split('/').slice(0, -levels).join('/')}/`;
}
