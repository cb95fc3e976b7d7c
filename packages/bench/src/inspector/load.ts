import { setTimeout as pause } from 'node:timers/promises';

export interface Load {
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly seconds: number;
  /** Processor time of the whole process meanwhile, for each event. */
  readonly cpuMicroseconds: number;
  /** For how long at most nothing was sent although it was time to. */
  readonly longestStallMs: number;
}

const everyMs = 4;
/** Who is further behind than this does not make up for it: the load would come in one piece. Seconds. */
const mostBehind = 0.25;

/** Sends at an even pace for a time. What this process is too slow for is not sent, and shows in `sent`. */
export async function runLoad(send: (index: number) => void, { eventsPerSecond, seconds }: Load): Promise<LoadResult> {
  const begunAtMs = performance.now();
  const cpu = process.cpuUsage();
  const mostAtOnce = eventsPerSecond * mostBehind;
  let lastAtMs = begunAtMs;
  let owed = 0;
  let sent = 0;
  let longestStallMs = 0;
  while (performance.now() - begunAtMs < seconds * 1_000) {
    const nowMs = performance.now();
    longestStallMs = Math.max(longestStallMs, nowMs - lastAtMs);
    owed = Math.min(mostAtOnce, owed + ((nowMs - lastAtMs) / 1_000) * eventsPerSecond);
    lastAtMs = nowMs;
    for (; owed >= 1; owed -= 1) {
      send(sent);
      sent += 1;
    }
    await pause(everyMs);
  }
  const { system, user } = process.cpuUsage(cpu);
  const elapsed = (performance.now() - begunAtMs) / 1_000;
  return { sent, seconds: elapsed, cpuMicroseconds: (user + system) / Math.max(1, sent), longestStallMs };
}
