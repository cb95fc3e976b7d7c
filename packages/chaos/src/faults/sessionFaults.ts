import { setTimeout as sleep } from 'node:timers/promises';
import { passing } from '../proxy/behaviour.ts';
import { type Fault, linkLost, type Target } from './Fault.ts';

const parkDeadlineMs = 10_000;
/** For so long nobody may be called. */
const parkedMs = 1_000;
const takenOverMs = 2_000;
const floodMs = 3_000;

export const unauthorized: Fault = {
  name: 'wrong credentials',
  kinds: ['telegram', 'mqtt'],
  reach: 'group',
  // That the link is made anew is our doing; that the credentials are wrong is what has to be noticed.
  noticedBy: ['instance.error'],
  async strike(target) {
    const { subjects } = target;
    for (const { server, account } of subjects) server.updateCredentials(account.wrongCredentials);
    try {
      await Promise.all(
        subjects.map(({ server }) =>
          server.waitFor((snapshot) => snapshot.matches({ error: 'unauthorized' }), { timeoutMs: parkDeadlineMs }),
        ),
      );
      await watchSilence(target);
    } finally {
      for (const { server, account } of subjects) server.updateCredentials(account.rightCredentials);
    }
  },
};

/** A parked instance calls nobody. */
async function watchSilence({ subjects, complain }: Target): Promise<void> {
  const contacts = (): number[] => subjects.map(({ account }) => account.proxy.contacts);
  const before = contacts();
  await sleep(parkedMs);
  const after = contacts();
  for (const [index, { id }] of subjects.entries()) {
    const calls = (after[index] ?? 0) - (before[index] ?? 0);
    if (calls > 0) complain(`${id} was parked as unauthorized, and called its peer ${calls} times`);
  }
}

export const takenOver: Fault = {
  name: 'second consumer',
  kinds: ['telegram', 'mqtt'],
  reach: 'group',
  noticedBy: linkLost,
  async strike({ subjects }) {
    const over = new AbortController();
    const rivals = subjects.map(({ account }) => account.rival(over.signal));
    await sleep(takenOverMs);
    over.abort();
    await Promise.all(rivals);
  },
};

export const rateLimited: Fault = {
  name: 'rate-limit flood',
  kinds: ['telegram', 'mqtt'],
  reach: 'group',
  noticedBy: linkLost,
  async strike({ subjects, peer }) {
    for (const { account } of subjects) {
      account.proxy.behave({ kind: 'answer', answerTo: (piece) => account.refuseForRate(piece) });
      // A broker limits connecting, and Telegram calls: so these have to connect for it.
      if (peer.kind === 'mqtt') account.proxy.resetConnections();
    }
    try {
      await sleep(floodMs);
    } finally {
      for (const { account } of subjects) account.proxy.behave(passing);
    }
  },
};
