import { HoldfastError } from 'holdfast';

/** A trace asks for something that the runner does not know, or that makes no sense where it is. */
export class ReplayError extends HoldfastError {
  override readonly name = 'ReplayError';
  readonly code = 'REPLAY';
}
