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

/** An action of a chart that runs without an actor has used one. */
export class ActorNeededError extends Error {
  override readonly name = 'ActorNeededError';
  readonly code = 'actor-needed';

  /** @param what The property that it asked for. */
  constructor(what: string) {
    super(
      `Expected a chart that needs no actor, got one whose action uses ${what}: children, timers, \`sendTo\` and \`self\` belong to an actor. ` +
        'Have it run in one: `record.becomeActor()` before that event, or `createLightActor` from the beginning.',
    );
  }
}
