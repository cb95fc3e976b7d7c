import { storeContract } from '@holdfast/testing/contracts';
import { describe, it } from 'vitest';
import { memoryStore } from '../src/memory.ts';
import { isClosedError } from './isClosedError.ts';

const facts = storeContract({
  isDurable: false,
  isClosedError,
  place: async () => ({ open: async () => memoryStore(), remove: async () => undefined }),
});

describe('memoryStore keeps the contract of a store', () => {
  for (const fact of facts) it(fact.title, fact.run, fact.timeoutMs);
});
