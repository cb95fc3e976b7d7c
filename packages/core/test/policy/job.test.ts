import { expect, it } from 'vitest';
import { identityOf } from '../../src/policy/job.ts';

it('telemetry knows a job by its id, and its message by the message’s own', () => {
  const message = { id: 'm', conversation: 'c', text: 'x', idempotencyKey: 'k', metadata: {} };
  expect(identityOf({ jobId: 'j', message })).toEqual({ jobId: 'j', messageId: 'm', correlationId: 'm' });
});
