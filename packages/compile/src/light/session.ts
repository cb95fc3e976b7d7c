import { ofXState } from './internals.ts';

/** A session id as it is kept: XState asks for that of each actor that it starts, and its text takes 56 bytes. */
export type Session = number | string;

/** The next of all that a process has. */
export function bookSession(): Session {
  return sessionOf(ofXState().system._bookId());
}

export function sessionOf(id: string): Session {
  const number = Number(id.slice(prefix.length));
  return id === `${prefix}${number}` ? number : id;
}

/** Its id as XState has it. */
export function nameOf(session: Session): string {
  return typeof session === 'number' ? `${prefix}${session}` : session;
}

const prefix = 'x:';
