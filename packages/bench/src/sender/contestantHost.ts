/**
 * A process with one contestant in it, so that none works where another has warmed up, filled or slowed something. Its
 * arguments: the contestant's name, and its surroundings as JSON.
 */
import { rmSync } from 'node:fs';
import type { Surroundings } from '../contestants/Contestant.ts';
import { entryOf } from '../contestants/catalogue.ts';
import { serve } from '../processes/serve.ts';
import { type Burst, burst, type LoadResult, type Pace, pace } from './load.ts';

export type ContestantService = {
  /** Resolves when its instances run. */
  ready(): Promise<void>;
  burst(load: Burst): Promise<LoadResult>;
  pace(load: Pace): Promise<LoadResult>;
  close(): Promise<void>;
};

const [name = '', argument = ''] = process.argv.slice(2);
const surroundings: Surroundings = JSON.parse(argument);
const opening = entryOf(name).open(surroundings);

const service: ContestantService = {
  ready: async () => void (await opening),
  burst: async (load) => burst(await opening, load),
  pace: async (load) => pace(await opening, load),
  close: async () => (await opening).close(),
};
serve(service, () => rmSync(surroundings.folder, { recursive: true, force: true }));
