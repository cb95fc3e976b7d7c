/** A process with the relay of `@statelyai/inspect/server` in it, on 127.0.0.1: its own `listen` names no host, and takes all interfaces. */
import { Server } from 'node:net';
import { createInspectorServer } from '@statelyai/inspect/server';
import { serve } from '../processes/serve.ts';

export type RelayService = {
  start(port: number): Promise<void>;
  cpuSeconds(): Promise<number>;
};

const { listen } = Server.prototype;
Reflect.set(Server.prototype, 'listen', function (this: Server, port: number, onListening: () => void) {
  return Reflect.apply(listen, this, [port, '127.0.0.1', onListening]);
});

const service: RelayService = {
  start: async (port) => void createInspectorServer({ port, autoOpen: false }),
  cpuSeconds: async () => {
    const { system, user } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};
serve(service);
