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

it('the name of an error that is no name is not shown: it may be anything', () => {
  const traffic = new AppTraffic({}, 9);
  const line = traffic.connect();
  for (const [index, name] of ['secret 4711', 'a-secret', 'x'.repeat(61), '', 7].entries()) {
    line.receive(start(`s${index}`));
    const snapshot = { status: 'error', error: { name } };
    line.receive(frame({ type: '@xstate.snapshot', sessionId: `s${index}`, event: { type: 'x' }, snapshot }));
    expect(traffic.toJSON().records.at(-1)).toMatchObject({ error: 'Error' });
  }
});

it('the chart of an actor whose name another has taken is forgotten with its last record', () => {
  const traffic = new AppTraffic({}, 5);
  const line = traffic.connect();
  line.receive(start('s'));
  line.receive(frame({ type: '@xstate.snapshot', event: { type: 'x' }, snapshot: { status: 'done' } }));
  const other = '{"id":"other","initial":"z","states":{"z":{}}}';
  line.receive(frame({ type: '@xstate.actor', name: 's', definition: other, snapshot: { value: 'z' } }));
  expect(Object.keys(traffic.toJSON().charts)).toEqual(['apps/s', 'apps/other']);
  for (let n = 1; n <= 10_010; n += 1) line.receive(move(n));
  expect(Object.keys(traffic.toJSON().charts)).toEqual(['apps/other']);
});
