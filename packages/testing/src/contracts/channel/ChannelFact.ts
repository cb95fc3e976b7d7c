import type { ChannelPeer, ChannelSubject, RefusableOperation, Refusal } from './ChannelSubject.ts';
import type { Trial } from './Trial.ts';

/** What a subject has to have for a fact to be asked: the reason why it cannot, or undefined. */
export type Need = (subject: ChannelSubject) => string | undefined;

export interface ChannelFact {
  readonly title: string;
  readonly needs: readonly Need[];
  run(trial: Trial): void | Promise<void>;
}

export function fact(title: string, needs: readonly Need[], run: ChannelFact['run']): ChannelFact {
  return { title, needs, run };
}

/** The peer can be driven in all of these ways. */
export function peerCan(...methods: readonly (keyof ChannelPeer)[]): Need {
  return ({ peer }) => {
    const missing = methods.filter((method) => peer[method] === undefined);
    return missing.length === 0
      ? undefined
      : `the subject's peer has no ${missing.map((name) => `${name}()`).join(', ')}`;
  };
}

/** The peer can refuse this operation in this way. */
export function refuses(operation: RefusableOperation, kind: Refusal['kind']): Need {
  return (subject) => {
    const { peer } = subject;
    if (peer.canRefuse?.(operation, kind) === false) return `the subject's peer refuses no ${operation} as ${kind}`;
    return peerCan('refuse')(subject);
  };
}

/** The subject brings what the fact is about. */
export function has(...fields: readonly (keyof ChannelSubject)[]): Need {
  return (subject) => {
    const missing = fields.filter((field) => isMissing(subject, field));
    return missing.length === 0 ? undefined : `the subject has no ${missing.join(', ')}`;
  };
}

export const reads: Need = (subject) =>
  subject.adapter.capabilities.inbound === 'none' ? 'the channel only sends' : peerCan('deliver')(subject);

export const commits: Need = (subject) =>
  reads(subject) ?? (subject.adapter.capabilities.ack ? undefined : 'the peer keeps nothing until it is committed');

export const polls: Need = ({ adapter }) =>
  adapter.capabilities.inbound === 'none' ? 'the channel only sends' : undefined;

export const twoLinks: Need = (subject) =>
  subject.adapter.capabilities.exclusive && isMissing(subject, 'second')
    ? 'the channel is exclusive, and the subject has no second credentials and config'
    : undefined;

function isMissing(subject: ChannelSubject, field: keyof ChannelSubject): boolean {
  try {
    const value = subject[field];
    return value === undefined || (Array.isArray(value) && value.length === 0);
  } catch {
    return false; // A getter that cannot answer before `open`.
  }
}
