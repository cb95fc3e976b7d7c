export {
  StoreAccessError,
  StoreClosedError,
  StoreCorruptError,
  StoreError,
  StoreFailedError,
  StoreForeignError,
  StoreFullError,
  StoreLockedError,
  StoreNewerError,
  StoreUnreachableError,
} from './errors.ts';
export { memoryStore } from './memory.ts';
