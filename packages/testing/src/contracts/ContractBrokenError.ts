import { HoldfastError } from 'holdfast';

/** A fact of a contract does not hold. The message says what was expected and what came. */
export class ContractBrokenError extends HoldfastError {
  override readonly name = 'ContractBrokenError';
  readonly code = 'CONTRACT_BROKEN';
}

/** @throws ContractBrokenError */
export function broken(message: string): never {
  throw new ContractBrokenError(message);
}
