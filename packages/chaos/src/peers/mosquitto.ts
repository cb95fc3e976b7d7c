import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Broker, member } from './Broker.ts';
import type { Children } from './Children.ts';

export const mosquittoPath = '/usr/sbin/mosquitto';

/** Debian's broker. It keeps sessions and messages on its disk, as one that matters would. */
export function mosquitto(children: Children): Broker {
  const passwords = join(children.folder, 'passwords');
  execFileSync('mosquitto_passwd', ['-b', '-c', passwords, member.username, member.password], { stdio: 'ignore' });
  return {
    name: versionOf(),
    forgetting: 'mosquitto writes to its disk a moment after it has confirmed',
    keepsSessions: true,
    protocolVersion: 5,
    launch({ port, folder, logPath }) {
      const settings = join(folder, 'mosquitto.conf');
      writeFileSync(
        settings,
        [
          `user ${userInfo().username}`,
          `listener ${port} 127.0.0.1`,
          'allow_anonymous false',
          `password_file ${passwords}`,
          'persistence true',
          `persistence_location ${folder}/`,
          // At each change: what a SIGKILL makes it forget is what came in since the last turn of its loop.
          'autosave_on_changes true',
          'autosave_interval 1',
          `log_dest file ${logPath}`,
          'log_type all',
        ].join('\n'),
      );
      return children.spawn(mosquittoPath, ['-c', settings], { stdio: 'ignore' });
    },
  };
}

/** It answers a question for help with its version, and with an exit code that means nothing. */
function versionOf(): string {
  try {
    return /mosquitto version \S+/.exec(execFileSync(mosquittoPath, ['-h'], { encoding: 'utf8' }))?.[0] ?? 'mosquitto';
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    return /mosquitto version \S+/.exec(output)?.[0] ?? 'mosquitto';
  }
}
