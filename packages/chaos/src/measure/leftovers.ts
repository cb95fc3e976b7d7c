import { setTimeout as sleep } from 'node:timers/promises';

const keepsRunning = /^(?:Timeout|Immediate|TCP|TLS|UDP|PipeConnect|ProcessWrap|GetAddrInfo|HTTP)/;

/** The timers, sockets and processes that keep this process running, by their names. */
export function handles(): string[] {
  return process.getActiveResourcesInfo().filter((name) => keepsRunning.test(name));
}

/** What is open beyond what was `before`, once closing has had the time that it takes. */
export async function leftovers(before: readonly string[]): Promise<string[]> {
  let left: string[] = [];
  for (let look = 0; look < 20; look += 1) {
    left = beyond(handles(), before);
    if (left.length === 0) break;
    await sleep(50);
  }
  return left;
}

/** What is in the one list and not in the other; what is in it twice counts twice. */
export function beyond(now: readonly string[], before: readonly string[]): string[] {
  const expected = [...before];
  return now.filter((name) => {
    const position = expected.indexOf(name);
    if (position >= 0) expected.splice(position, 1);
    return position < 0;
  });
}
