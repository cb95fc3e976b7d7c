/**
 * How many sockets and timers keep the process alive. The test runner comes and goes with a few of its own, so do a thing
 * many times and see that the number does not grow as often.
 */
export function countOpenHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|TLSWrap|Timeout/.test(name)).length;
}
