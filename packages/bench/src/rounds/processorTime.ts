/** Processor time of this process, all of its threads: also what its garbage costs. Nanoseconds. */
export function processorTimeOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { system, user } = process.cpuUsage(before);
  return (system + user) * 1_000;
}

/**
 * How many times something has to be done to take so long, of which `atLeast` is a lower bound; always an even number. It is done for
 * `warmUpNs` before that counts: code that is not compiled yet may take ten times as long.
 */
export function timesFor(
  wantedNs: number,
  timeOf: (times: number) => number,
  { atLeast = 1_000, warmUpNs = 20 * wantedNs }: { readonly atLeast?: number; readonly warmUpNs?: number } = {},
): number {
  let times = even(atLeast);
  let spentNs = 0;
  for (;;) {
    const tookNs = timeOf(times);
    spentNs += tookNs;
    // One try says little, so that it is not believed for more than four times as much, or as little.
    const growth = tookNs > 0 ? Math.min(4, Math.max(1 / 4, wantedNs / tookNs)) : 4;
    times = Math.min(mostTimes, Math.max(even(atLeast), even(Math.ceil(times * growth))));
    if (spentNs >= warmUpNs) return times;
  }
}

const mostTimes = 2 ** 26;

function even(times: number): number {
  return times + (times % 2);
}
