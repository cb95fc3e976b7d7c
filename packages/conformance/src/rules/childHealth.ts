import type { JsonObject } from 'holdfast';

/** What an instance that only sends shows of its children, in the original's words. */
export const childHealthOfOurs: JsonObject = {
  children: { connection: 'up', sender: 'up' },
  running_children: 2,
  status: 'ok',
  total_children: 2,
};
