import { describe, expect, it } from 'vitest';

describe('the package', () => {
  it('can be loaded when it is needed, and its charts are whole', async () => {
    const { instanceMachine, reconnectMachine } = await import('holdfast');
    expect([instanceMachine.id, reconnectMachine.id]).toEqual(['instance', 'reconnect']);
    expect(Object.keys(instanceMachine.states)).toEqual([
      'starting',
      'connecting',
      'connected',
      'disconnected',
      'error',
      'stopped',
    ]);
  });
});
