import fc from 'fast-check';
import { describe, it } from 'vitest';
import { anyOutboxCommand, NaiveOutbox, OutboxUnderTest } from './outboxModel.ts';

describe('the outbox', () => {
  it('does what a naive list of jobs does, whatever is asked of it in whatever order', () => {
    const sizes = fc.record({
      capacity: fc.integer({ min: 1, max: 6 }),
      sentCacheSize: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(sizes, fc.commands(anyOutboxCommand, { maxCommands: 60 }), (options, commands) => {
        fc.modelRun(() => ({ model: new NaiveOutbox(options), real: new OutboxUnderTest(options) }), commands);
      }),
      { numRuns: 500 },
    );
  });
});
