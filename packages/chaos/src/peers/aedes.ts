import { fileURLToPath } from 'node:url';
import { type Broker, member } from './Broker.ts';
import type { Children } from './Children.ts';

const hostScript = fileURLToPath(new URL('./aedesHost.js', import.meta.url));

/** A broker from npm, for where there is no mosquitto. It forgets everything when it dies. */
export function aedes(children: Children): Broker {
  return {
    name: 'aedes (MQTT 3.1.1, in memory)',
    forgetting: 'aedes keeps nothing either, and takes messages before their reader is back',
    keepsSessions: false,
    protocolVersion: 4,
    launch({ port, logPath }) {
      return children.fork(hostScript, {
        args: [String(port), logPath, member.username, member.password],
        options: { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
      });
    },
  };
}
