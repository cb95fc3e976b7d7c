/** The server of the benchmark, in a process of its own. */
import { serve } from '../processes/serve.ts';
import type { RunAccount } from './Account.ts';
import { ApiServer } from './ApiServer.ts';

export type ApiService = {
  apiRoot(): Promise<string>;
  account(run: string): Promise<RunAccount>;
};

const starting = ApiServer.start();
const service: ApiService = {
  apiRoot: async () => (await starting).apiRoot,
  account: async (run) => (await starting).account(run),
};
serve(service);
