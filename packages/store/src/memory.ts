import type { Store } from 'holdfast';
import { MemoryStore } from './MemoryStore.ts';

/** A store that is gone with its process: for tests, and for instances that may forget. It needs nothing, not even Node. */
export function memoryStore(): Store {
  return new MemoryStore();
}
