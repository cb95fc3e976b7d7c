/** A plan or a run cannot be made of what was given. */
export class ModelError extends Error {
  override readonly name: string = 'ModelError';
}
