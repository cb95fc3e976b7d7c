import type { StoreContent } from '../../src/crash/disk/storeCopy.ts';
import { Pasts } from '../../src/crash/ledger/fates.ts';
import { Ledger } from '../../src/crash/ledger/Ledger.ts';
import type { OutboundEvidence } from '../../src/crash/ledger/outboundFindings.ts';
import type { Policy, SubjectPlan } from '../../src/crash/subject/protocol.ts';

export const policies: readonly Policy[] = ['retry', 'hold', 'fail'];

/** One instance for each policy, with two conversations. */
export const subjects: readonly SubjectPlan[] = policies.map((policy) => ({
  id: policy,
  kind: 'mqtt',
  policy,
  conversations: ['a', 'b'],
  credentials: {},
  config: { url: 'mqtt://127.0.0.1' },
  sendEveryMs: 100,
}));

export function content(parts: {
  readonly outbox?: Readonly<Record<string, 'queued' | 'attempting'>>;
  readonly letters?: Readonly<Record<string, string>>;
  readonly handled?: readonly string[];
}): StoreContent {
  return {
    outbox: new Map(Object.entries(parts.outbox ?? {})),
    letters: new Map(Object.entries(parts.letters ?? {})),
    handled: new Set(parts.handled),
  };
}

interface Story {
  readonly accepted?: readonly string[];
  readonly refused?: readonly string[];
  readonly confirmed?: readonly string[];
  readonly held?: readonly string[];
  /** At the end of each life, from the first. */
  readonly remains?: readonly { readonly found: StoreContent; readonly before?: StoreContent }[];
  /** Names of messages, in the order in which they arrived. */
  readonly arrivals?: readonly string[];
  readonly left?: StoreContent;
}

/** What a run is judged by, from what happened in it. */
export function evidenceOf(story: Story): OutboundEvidence {
  const ledger = new Ledger();
  for (const message of story.accepted ?? []) ledger.record(1, { what: 'accepted', message });
  for (const message of story.confirmed ?? []) ledger.record(1, { what: 'sent', message });
  for (const message of story.held ?? []) ledger.record(1, { what: 'held', instance: 'hold', jobId: 'j', message });
  for (const message of story.refused ?? [])
    ledger.record(1, { what: 'refused', message, code: 'NOT_STORED', cause: 'STORE_FULL' });
  ledger.remains.push(...(story.remains ?? []).map((one, index) => ({ life: index + 1, ...one })));
  const arrivals = (story.arrivals ?? []).map((text) => {
    const [instance = '', place] = text.split('/');
    return { instance, conversation: place === '0' ? 'a' : 'b', text };
  });
  const arrived = new Set(story.arrivals);
  const pasts = new Pasts(ledger.remains);
  return { ledger, pasts, arrived, arrivals, left: story.left ?? content({}), subjects };
}
