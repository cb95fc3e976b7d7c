import fc from 'fast-check';
import { describe, it } from 'vitest';
import { anyOutboxCommand } from './outboxCommands.ts';
import { anyOutboxSizes, NaiveOutbox, OutboxUnderTest } from './outboxModel.ts';

describe('the outbox', () => {
  it('does what a naive list of jobs does, whatever is asked of it in whatever order', () => {
    const commands = fc.commands(anyOutboxCommand, { maxCommands: 80, size: 'max' });
    fc.assert(
      fc.property(anyOutboxSizes, commands, (sizes, steps) => {
        fc.modelRun(() => ({ model: new NaiveOutbox(sizes), real: new OutboxUnderTest(sizes) }), steps);
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 300) },
    );
  }, 60_000);
});
