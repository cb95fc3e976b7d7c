import { existsSync } from 'node:fs';
import { aedes } from './aedes.ts';
import type { Broker } from './Broker.ts';
import type { Children } from './Children.ts';
import { mosquitto, mosquittoPath } from './mosquitto.ts';

/** What to say when mosquitto is not there. */
export const howToGetMosquitto =
  `There is no ${mosquittoPath}; apt-get install mosquitto brings it. This run goes\n` +
  'against aedes, which has no MQTT 5 and keeps nothing on a disk.';

/** mosquitto where it is installed; or else aedes. `CHAOS_BROKER=aedes` asks for it. */
export function chooseBroker(children: Children): { readonly broker: Broker; readonly isSecondChoice: boolean } {
  const isThere = existsSync(mosquittoPath);
  const broker = isThere && process.env['CHAOS_BROKER'] !== 'aedes' ? mosquitto(children) : aedes(children);
  return { broker, isSecondChoice: !isThere };
}
