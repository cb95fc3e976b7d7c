import { StoreClosedError } from '../src/errors.ts';

/** What all our stores refuse with after `close()`, and that nothing was done. */
export function isClosedError(error: unknown): boolean {
  return error instanceof StoreClosedError && error.code === 'STORE_CLOSED' && error.applied === 'none';
}
