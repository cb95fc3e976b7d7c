import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createInspector } from '@holdfast/inspector';
import { startInspectorServer } from '@holdfast/inspector/server';
import { accountOf } from './accountOf.ts';
import { Fleet } from './Fleet.ts';
import { outagesSeen } from './outagesSeen.ts';

const { values } = parseArgs({
  options: {
    check: { type: 'boolean' },
    port: { type: 'string', default: '0' },
    /** What pages may send: `notify.failure,retry`. */
    'allow-send': { type: 'string' },
  },
});
const types = values['allow-send']?.split(',');

// Nobody looks, nothing is recorded; the check is somebody who looks.
const inspector = createInspector({ record: 'viewed' });
await using server = await startInspectorServer({
  inspector,
  port: Number(values.port),
  sending: types && { types, audit: (line) => console.log(accountOf(line)) },
  onAddress: (url) => console.log(`For another browser: ${url}`),
});
await using fleet = await Fleet.start(inspector);
console.log(`${fleet.size} instances under fault injection. To look inside: ${server.url}`);

if (values.check) {
  const page = await fetch(new URL(server.url).origin);
  const found = await outagesSeen(inspector, { wanted: 50, withinMs: 60_000 });
  console.log(
    `The page was answered with ${page.status}; ${found} instances were seen to lose their link and to come back.`,
  );
  process.exitCode = page.status === 200 && found >= 50 ? 0 : 1;
} else {
  console.log('Ctrl-C stops.');
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
}
