import { setTimeout as sleep } from 'node:timers/promises';
import { type Behaviour, passing } from '../proxy/behaviour.ts';
import type { SeededRandom } from '../SeededRandom.ts';
import { type Fault, linkLost } from './Fault.ts';

interface NetworkFault {
  readonly name: string;
  readonly forMs: number;
  readonly behave: (random: SeededRandom) => Behaviour;
}

/** The proxies of the group behave badly for a while. */
function network({ name, forMs, behave }: NetworkFault): Fault {
  return {
    name,
    kinds: ['telegram', 'mqtt'],
    reach: 'group',
    noticedBy: linkLost,
    async strike({ subjects, random }) {
      const behaviour = behave(random);
      for (const { account } of subjects) account.proxy.behave(behaviour);
      try {
        await sleep(forMs);
      } finally {
        for (const { account } of subjects) account.proxy.behave(passing);
      }
    },
  };
}

export const delayed = network({
  name: 'delay 150-400 ms',
  forMs: 3_000,
  behave: (random) => ({ kind: 'delay', delayMs: random.between(150, 400) }),
});

export const cut = network({
  name: 'cut mid-frame',
  forMs: 1_500,
  behave: (random) => ({ kind: 'cut', direction: random.pick(['request', 'answer']) }),
});

export const blackHoled = network({
  name: 'black hole',
  forMs: 4_000,
  behave: () => ({ kind: 'black hole' }),
});

export const reset = network({ name: 'reset', forMs: 1_000, behave: () => ({ kind: 'reset' }) });

export const dripped = network({
  name: 'a byte at a time',
  forMs: 3_000,
  behave: () => ({ kind: 'drip', everyMs: 1 }),
});
