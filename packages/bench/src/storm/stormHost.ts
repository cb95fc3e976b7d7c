/** A process whose instances lose their peer. */
import type { Figure } from '../figures/Figures.ts';
import { serve } from '../processes/serve.ts';
import { measureStorm, type StormPlan } from './measureStorm.ts';

export type StormService = { storm(plan: StormPlan): Promise<Figure[]> };

const service: StormService = { storm: measureStorm };
serve(service);
