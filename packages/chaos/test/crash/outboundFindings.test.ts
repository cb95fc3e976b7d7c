import { describe, expect, it } from 'vitest';
import { outboundFindings } from '../../src/crash/ledger/outboundFindings.ts';
import { content, evidenceOf, policies } from './evidence.ts';

type Story = Parameters<typeof evidenceOf>[0];

const judge = (story: Story) => outboundFindings(evidenceOf(story));
/** The names of the checks that fail. */
const failing = (story: Story): string[] =>
  Object.entries(judge(story)).flatMap(([name, found]) => (Array.isArray(found) && found.length > 0 ? [name] : []));

const nothing = content({});

describe('an accepted message', () => {
  const accepted = ['retry/0/1/1'];

  it('that is nowhere in the end is lost, and it is told where it was last seen', () => {
    expect(judge({ accepted }).lost).toEqual(['retry/0/1/1: accepted, and nowhere; it was in the store at no kill']);
    const seen = content({ outbox: { 'retry/0/1/1': 'queued' } });
    const { counts, lost } = judge({ accepted, remains: [{ found: seen }, { found: nothing }] });
    expect(lost).toEqual(['retry/0/1/1: accepted, and nowhere; last in the store at the end of life 1']);
    expect(counts).toMatchObject({ accepted: 1, arrived: 0, lost: 1 });
  });

  it('that arrived is not lost', () => {
    expect(failing({ accepted, arrivals: accepted })).toEqual([]);
  });

  it('that is left in the store is not lost, and is not where it should be', () => {
    expect(failing({ accepted, left: content({ outbox: { 'retry/0/1/1': 'queued' } }) })).toEqual(['left']);
  });

  it('whose transaction was cut off is not lost; one that was whole in the torn log is', () => {
    const before = content({ outbox: { 'retry/0/1/1': 'queued' } });
    const cut = judge({ accepted, remains: [{ before, found: nothing }] });
    expect(cut.lost).toEqual([]);
    expect(cut.counts.cutOff).toBe(1);
    expect(failing({ accepted, remains: [{ before, found: before }] })).toEqual(['lost']);
  });

  it('that was cut off once and found again later is not cut off any more', () => {
    const there = content({ outbox: { 'retry/0/1/1': 'queued' } });
    expect(failing({ accepted, remains: [{ before: there, found: nothing }, { found: there }] })).toEqual(['lost']);
  });

  it('that its instance says it has sent has to be on a record', () => {
    const dead = content({ letters: { 'fail/0/1/1': 'holdfast.process_ended' } });
    const doubt = [{ found: content({ outbox: { 'fail/0/1/1': 'attempting' } }) }];
    expect(failing({ accepted: ['fail/0/1/1'], confirmed: ['fail/0/1/1'], remains: doubt, left: dead })).toEqual([
      'lost',
    ]);
  });
});

describe('a message that arrives twice', () => {
  const twice = (policy: string): string[] => [`${policy}/0/1/1`, `${policy}/0/1/1`];
  const found = (policy: string, state: 'queued' | 'attempting') => content({ outbox: { [`${policy}/0/1/1`]: state } });

  it.each(policies)('is one too many under "%s" when it was in no doubt', (policy) => {
    expect(failing({ arrivals: twice(policy) })).toEqual(['repeated']);
    expect(failing({ arrivals: twice(policy), remains: [{ found: found(policy, 'queued') }] })).toEqual(['repeated']);
  });

  it('was due under "retry" when it was in doubt, and once for each time', () => {
    const remains = [{ found: found('retry', 'attempting') }];
    expect(failing({ arrivals: twice('retry'), remains })).toEqual([]);
    expect(judge({ arrivals: twice('retry'), remains }).counts).toMatchObject({ duplicates: 1, inDoubt: 1 });
    expect(failing({ arrivals: [...twice('retry'), 'retry/0/1/1'], remains })).toEqual(['repeated']);
  });

  it.each(['hold', 'fail'])('is one too many under "%s" in doubt too', (policy) => {
    const remains = [{ found: found(policy, 'attempting') }];
    expect(failing({ arrivals: twice(policy), remains })).toContain('repeated');
  });

  it('was due when the torn log took back that it was on its way', () => {
    const remains = [{ before: found('fail', 'attempting'), found: found('fail', 'queued') }];
    expect(failing({ arrivals: twice('fail'), remains })).toEqual([]);
  });
});

describe('the order of a conversation', () => {
  it('goes by life and number, and by the first time that each arrives', () => {
    const arrivals = ['retry/0/1/1', 'retry/0/1/2', 'retry/0/1/2', 'retry/0/2/1'];
    const remains = [{ found: content({ outbox: { 'retry/0/1/2': 'attempting' } }) }];
    expect(failing({ arrivals, remains })).toEqual([]);
    expect(failing({ arrivals: ['retry/0/1/2', 'retry/0/1/1'] })).toEqual(['disordered']);
    expect(failing({ arrivals: ['retry/0/2/1', 'retry/0/1/2'] })).toEqual(['disordered']);
  });

  it('holds for each conversation by itself', () => {
    expect(failing({ arrivals: ['retry/0/2/1', 'retry/1/1/1', 'hold/0/1/1'] })).toEqual([]);
  });

  it('is broken by what arrives elsewhere than where it was sent, and by what nobody sent', () => {
    const evidence = evidenceOf({ arrivals: ['retry/0/1/1'] });
    const arrivals = [
      { instance: 'retry', conversation: 'b', text: 'retry/0/1/1' },
      { instance: 'hold', conversation: 'a', text: 'retry/0/1/1' },
      { instance: 'retry', conversation: 'a', text: 'hello' },
    ];
    expect(outboundFindings({ ...evidence, arrivals }).disordered).toHaveLength(3);
  });
});

describe('what was refused', () => {
  it('must not arrive', () => {
    expect(failing({ refused: ['retry/0/1/1'] })).toEqual([]);
    expect(failing({ refused: ['retry/0/1/1'], arrivals: ['retry/0/1/1'] })).toEqual(['refusedAndSent']);
  });
});

describe('what is given up', () => {
  const letters = (message: string) => content({ letters: { [message]: 'holdfast.process_ended' } });
  const doubt = (message: string) => [{ found: content({ outbox: { [message]: 'attempting' } }) }];

  it('is right under "fail" when it was in doubt', () => {
    const story = { accepted: ['fail/0/1/1'], remains: doubt('fail/0/1/1'), left: letters('fail/0/1/1') };
    expect(failing(story)).toEqual([]);
    expect(judge(story).counts.givenUp).toBe(1);
  });

  it('is wrong when it was not in doubt, and under the other policies', () => {
    expect(failing({ left: letters('fail/0/1/1') })).toEqual(['wronglyGivenUp']);
    expect(failing({ left: letters('retry/0/1/1'), remains: doubt('retry/0/1/1') })).toEqual(['wronglyGivenUp']);
  });

  it('is missing when a doubt under "fail" leaves no dead letter', () => {
    expect(failing({ arrivals: ['fail/0/1/1'], remains: doubt('fail/0/1/1') })).toEqual(['wronglyGivenUp']);
  });
});

describe('a doubt under "hold"', () => {
  it('has to be held before it goes on', () => {
    const remains = [{ found: content({ outbox: { 'hold/0/1/1': 'attempting' } }) }];
    const arrivals = ['hold/0/1/1'];
    expect(failing({ arrivals, remains })).toEqual(['undecided']);
    expect(failing({ arrivals, remains, held: arrivals })).toEqual([]);
  });
});

describe('what nobody was promised', () => {
  it('may arrive, and is counted', () => {
    const { counts } = judge({ arrivals: ['retry/0/1/1'] });
    expect(counts).toMatchObject({ accepted: 0, unpromised: 1, lost: 0 });
  });
});
