/** A chart was to be compiled or refused, and this XState is not one that compilations were proven on. */
export class UnprovenXStateError extends Error {
  override readonly name = 'UnprovenXStateError';
  readonly code = 'unproven-xstate';

  constructor() {
    super(
      'Expected XState 5.33, got one whose interpreter a compiled chart does not agree with: install xstate@~5.33.0, or leave out `strict` ' +
        'and have charts interpreted.',
    );
  }
}
