/** A process in which all kinds of machines take turns. */
import type { Figure } from '../figures/Figures.ts';
import { machineKindOf, machineKinds } from '../machines/machineKinds.ts';
import { serve } from '../processes/serve.ts';
import type { EventsPlan, Pattern } from './eventsPlan.ts';
import { type Measuring, measureMixed, measurePattern } from './measureEvents.ts';

type Turns = Omit<EventsPlan, 'sizes'>;

export type EventsService = {
  pattern(asked: { readonly pattern: Pattern; readonly turns: Turns }): Promise<Figure[]>;
  mixed(asked: { readonly instances: number; readonly turns: Turns }): Promise<Figure[]>;
};

const measuringOf = (turns: Turns): Measuring => ({ ...turns, kinds: turns.kinds?.map(machineKindOf) ?? machineKinds });

const service: EventsService = {
  pattern: async ({ pattern, turns }) => measurePattern(pattern, measuringOf(turns)),
  mixed: async ({ instances, turns }) => measureMixed(instances, measuringOf(turns)),
};
serve(service);
