/** A process in which instances are held, and their memory or their calls measured. */
import type { CallsKind } from '../calls/CallsKind.ts';
import { handWrittenCalls } from '../calls/handWrittenCalls.ts';
import { type CallsTurns, measureCalls } from '../calls/measureCalls.ts';
import { measureSending, type SendingTurns } from '../calls/measureSending.ts';
import { interpretedCalls, messagingCalls } from '../calls/messagings.ts';
import type { Figure } from '../figures/Figures.ts';
import { serve } from '../processes/serve.ts';
import { measureMemory, type Occupant } from './measureMemory.ts';

export type MemoryService = {
  memory(asked: { readonly who: Occupant; readonly instances: number }): Promise<Figure[]>;
  calls(turns: CallsTurns & { readonly kinds?: readonly string[] }): Promise<Figure[]>;
  sending(turns: SendingTurns): Promise<Figure>;
};

const callsKinds: readonly CallsKind[] = [interpretedCalls, messagingCalls, handWrittenCalls];

const service: MemoryService = {
  memory: ({ who, instances }) => measureMemory(who, instances),
  calls: ({ kinds, ...turns }) =>
    measureCalls(
      callsKinds.filter(({ name }) => kinds?.includes(name) ?? true),
      turns,
    ),
  sending: measureSending,
};
serve(service);
