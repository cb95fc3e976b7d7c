import { describe, expect, it } from 'vitest';
import { inboundFindings as findingsOf } from '../../src/crash/ledger/inboundFindings.ts';
import { Ledger } from '../../src/crash/ledger/Ledger.ts';
import { content } from './evidence.ts';

const inboundFindings = (ledger: Ledger) => findingsOf(ledger, 10);

interface Handled {
  readonly life: number;
  readonly number: number;
  readonly id?: string;
  readonly conversation?: string;
}

function ledgerOf(written: readonly number[], handled: readonly Handled[]): Ledger {
  const ledger = new Ledger();
  for (const number of written) ledger.written.add(`bot/${number}`);
  for (const { life, number, id = String(number), conversation = 'chat' } of handled)
    ledger.record(life, { what: 'handled', instance: 'bot', conversation, number, id });
  return ledger;
}

describe('what a server offers', () => {
  it('has to be handled once at least', () => {
    const { counts, unhandled } = inboundFindings(ledgerOf([1, 2], [{ life: 1, number: 1 }]));
    expect(unhandled).toEqual(['bot/2 was never handled']);
    expect(counts).toEqual({ written: 2, handled: 1, repeats: 0, suppressed: 0 });
  });

  it('may be handled again after a kill, when it was not written down', () => {
    const ledger = ledgerOf(
      [1],
      [
        { life: 1, number: 1 },
        { life: 2, number: 1 },
      ],
    );
    ledger.remains.push({ life: 1, found: content({}) });
    const found = inboundFindings(ledger);
    expect(found.handledAfterCommit).toEqual([]);
    expect(found.counts.repeats).toBe(1);
  });

  it('must not be handled again once it is written down', () => {
    const ledger = ledgerOf(
      [1],
      [
        { life: 1, number: 1, id: 'x' },
        { life: 2, number: 1, id: 'x' },
      ],
    );
    ledger.remains.push({ life: 1, found: content({ handled: ['bot/x'] }) });
    expect(inboundFindings(ledger).handledAfterCommit).toEqual([
      'bot: x was handled in life 2, which found it as handled',
    ]);
  });

  it('may be handled again when a torn log took back that it was', () => {
    const ledger = ledgerOf(
      [1],
      [
        { life: 1, number: 1 },
        { life: 2, number: 1 },
      ],
    );
    ledger.remains.push({ life: 1, before: content({ handled: ['bot/1'] }), found: content({}) });
    expect(inboundFindings(ledger).handledAfterCommit).toEqual([]);
  });

  it('must not be handled twice in one life', () => {
    const ledger = ledgerOf(
      [1],
      [
        { life: 1, number: 1 },
        { life: 1, number: 1 },
      ],
    );
    expect(inboundFindings(ledger).handledAfterCommit).toEqual(['bot/1 was handled twice in one life (1, 1)']);
  });

  it('comes again in no greater number than was read at once', () => {
    const numbers = Array.from({ length: 11 }, (_, index) => index + 1);
    const all = [1, 2].flatMap((life) => numbers.map((number) => ({ life, number })));
    expect(inboundFindings(ledgerOf(numbers, all)).tooManyAgain).toEqual([
      'bot in life 2: 11 were handled again, 10 at most were due',
    ]);
    const fewer = all.filter(({ life, number }) => life === 1 || number > 1);
    expect(inboundFindings(ledgerOf(numbers, fewer)).tooManyAgain).toEqual([]);
  });

  it('is handled in its order for the first time, in each conversation by itself', () => {
    const again = [
      { life: 1, number: 1 },
      { life: 1, number: 2 },
      { life: 2, number: 1 },
      { life: 2, number: 3 },
    ];
    expect(inboundFindings(ledgerOf([], again)).disordered).toEqual([]);
    const swapped = [
      { life: 1, number: 2 },
      { life: 1, number: 1 },
    ];
    expect(inboundFindings(ledgerOf([], swapped)).disordered).toHaveLength(1);
    const elsewhere = [
      { life: 1, number: 2 },
      { life: 1, number: 1, conversation: 'other' },
    ];
    expect(inboundFindings(ledgerOf([], elsewhere)).disordered).toEqual([]);
  });
});
