import { memoryStore } from '../src/memory.ts';
import { storeContract } from './contract/storeContract.ts';

storeContract({
  title: 'memoryStore',
  isDurable: false,
  place: async () => ({ open: async () => memoryStore(), remove: async () => undefined }),
});
