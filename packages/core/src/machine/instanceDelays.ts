import { maxTimerMs } from '../ports/clock.ts';
import type { InstanceArgs } from './instanceModel.ts';
import { defaultDrainMs } from './instanceUpdates.ts';

/** How long the work in hand may take once the instance was told to stop. */
export const drainDeadline = ({ context }: InstanceArgs): number =>
  Math.min(context.stop?.drainMs ?? defaultDrainMs, maxTimerMs);
