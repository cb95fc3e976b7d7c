import { expect, it } from 'vitest';
import { AppTraffic } from '../../src/server/apps/AppTraffic.ts';

const frame = (fields: object): string => JSON.stringify({ sessionId: 's', ...fields });
const definition = '{"id":"s","initial":"a","states":{"a":{"on":{"go":"b"}},"b":{}}}';
const start = (sessionId: string): string =>
  frame({ type: '@xstate.actor', sessionId, name: sessionId, definition, snapshot: { value: 'a', context: { n: 0 } } });
const move = (n: number, sessionId = 's'): string =>
  frame({
    type: '@xstate.snapshot',
    sessionId,
    event: { type: 'go' },
    snapshot: { value: n % 2 ? 'b' : 'a', context: { n } },
  });

it('the history of apps has a bound, and it is known where an actor stood before its oldest record', () => {
  const traffic = new AppTraffic({ allow: { context: ['n'] } }, 10);
  const line = traffic.connect();
  line.receive(start('s'));
  for (let n = 1; n <= 12_000; n += 1) line.receive(move(n));
  const { actors, dropped, records } = traffic.toJSON();
  expect(records).toHaveLength(10_000);
  expect(dropped).toEqual({ records: 2_001 });
  expect(actors).toMatchObject([{ actor: 'app1/s', isAlive: true, value: 'a', context: { n: 2_000 } }]);
  expect(traffic.actors()).toMatchObject([{ value: 'a', context: { n: 12_000 } }]);
  expect(records[0]).toMatchObject({ from: 'a', to: 'b', context: { n: 2_001 } });
});

it('an actor that is over is forgotten with its last record, and makes room for another', () => {
  const traffic = new AppTraffic({}, 2);
  const line = traffic.connect();
  line.receive(start('s'));
  line.receive(start('t'));
  const over = { status: 'error', error: { name: 'TypeError', message: 'secret' } };
  line.receive(frame({ type: '@xstate.snapshot', sessionId: 't', event: { type: 'x' }, snapshot: over }));
  expect(traffic.toJSON().records.at(-1)).toMatchObject({ kind: 'ended', how: 'error', error: 'TypeError' });
  line.receive(start('u'));
  expect(traffic.counts).toEqual({ frames: 4, refused: 1 });
  for (let n = 1; n <= 10_010; n += 1) line.receive(move(n));
  line.receive(start('u'));
  expect(traffic.toJSON().actors.map(({ actor }) => actor)).toEqual(['app1/s', 'app1/u']);
  expect(JSON.stringify(traffic.toJSON())).not.toContain('secret');
});
