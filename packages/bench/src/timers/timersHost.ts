/** A process whose instances are at rest. */
import type { Figure } from '../figures/Figures.ts';
import { serve } from '../processes/serve.ts';
import { measureTimers, type TimersPlan } from './measureTimers.ts';

export type TimersService = { rest(plan: TimersPlan): Promise<Figure[]> };

const service: TimersService = { rest: measureTimers };
serve(service);
