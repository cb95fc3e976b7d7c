import type { Fault } from './Fault.ts';
import { blackHoled, cut, delayed, dripped, reset } from './networkFaults.ts';
import { frozen, killed } from './peerFaults.ts';
import { rateLimited, takenOver, unauthorized } from './sessionFaults.ts';

/** In the order in which they are reported. */
export const allFaults: readonly Fault[] = [
  killed,
  frozen,
  delayed,
  cut,
  blackHoled,
  reset,
  dripped,
  unauthorized,
  takenOver,
  rateLimited,
];
