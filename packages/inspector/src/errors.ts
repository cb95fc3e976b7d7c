/** The inspector cannot be made with these options. */
export class InspectorOptionError extends Error {
  override readonly name = 'InspectorOptionError';
}

/** What was given as an exported session is none. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
}
