/** A process with the receiver of `@statelyai/inspect` in it, which is what its page is built on. It does nothing but count. */
import { createWebSocketReceiver } from '@statelyai/inspect';
import { serve } from '../processes/serve.ts';

export interface Received {
  /** There is one for each event that an actor has dealt with. */
  readonly snapshots: number;
  /** Of all frames, as JSON. */
  readonly bytes: number;
}

export type ReceiverService = {
  start(relay: string): Promise<void>;
  received(): Promise<Received>;
};

const counts = { snapshots: 0, bytes: 0 };

const service: ReceiverService = {
  start: async (relay) => {
    createWebSocketReceiver({ server: relay }).subscribe((frame) => {
      if (frame.type === '@xstate.snapshot') counts.snapshots += 1;
      counts.bytes += JSON.stringify(frame).length;
    });
  },
  received: async () => ({ ...counts }),
};
serve(service);
