import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, linkLost } from './Fault.ts';

const frozenMs = 10_000;

export const killed: Fault = {
  name: 'SIGKILL, restart',
  kinds: ['telegram', 'mqtt'],
  reach: 'peer',
  noticedBy: linkLost,
  async strike({ peer, random }) {
    await peer.kill();
    await sleep(random.between(300, 1_500));
    await peer.restart();
  },
};

export const frozen: Fault = {
  name: 'SIGSTOP for 10 s',
  kinds: ['telegram', 'mqtt'],
  reach: 'peer',
  noticedBy: linkLost,
  async strike({ peer }) {
    peer.freeze();
    try {
      await sleep(frozenMs);
    } finally {
      peer.thaw();
    }
  },
};
