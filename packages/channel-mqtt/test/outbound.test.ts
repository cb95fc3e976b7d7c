import { describe, expect, it } from 'vitest';
import { MqttMessageError } from '../src/errors.ts';
import { type PublishLimits, readOutbound } from '../src/outbound.ts';
import { PublishWindow } from '../src/PublishWindow.ts';
import { outgoing } from './connecting.ts';

const limits: PublishLimits = {
  protocolVersion: 5,
  defaultQos: 1,
  maximumQos: 1,
  isRetainAvailable: true,
  maximumPacketBytes: 268_435_455,
};

function problemOf(metadata: object, over: Partial<PublishLimits> = {}): string | undefined {
  try {
    readOutbound(outgoing('x', { metadata: { ...metadata } }), { ...limits, ...over });
    return undefined;
  } catch (error) {
    return error instanceof MqttMessageError ? error.problem : 'something else';
  }
}

describe('a message to send', () => {
  it('has the QoS of the config, is not retained, and is marked as text', () => {
    expect(readOutbound(outgoing('hello', { conversation: 'a/b' }), { ...limits, defaultQos: 0 })).toEqual({
      topic: 'a/b',
      payload: 'hello',
      qos: 0,
      retain: false,
      properties: { payloadFormatIndicator: true },
    });
  });

  it.each([
    [{ qos: 2 }],
    [{ qos: '1' }],
    [{ retain: 1 }],
    [{ expirySec: 0 }],
    [{ expirySec: 4_294_967_296 }],
    [{ contentType: 'a\0b' }],
    [{ contentType: 'x'.repeat(16_385) }],
    [{ responseTopic: 'a/+' }],
    [{ correlationData: 'no base64!' }],
    [{ correlationData: 'A'.repeat(87_384) }],
    [{ userProperties: { a: 1 } }],
    [{ userProperties: ['a'] }],
  ])('with %j is refused', (metadata) => {
    expect(problemOf(metadata)).toBe('bad_metadata');
  });

  it('with what only MQTT 5 has is refused in version 3.1.1, and not quietly sent without', () => {
    const newer = { expirySec: 1, contentType: 'x', responseTopic: 'x', correlationData: 'AA==', userProperties: {} };
    for (const [key, value] of Object.entries(newer)) {
      expect(problemOf({ [key]: value }, { protocolVersion: 4 })).toBe('needs_mqtt_5');
      expect(problemOf({ [key]: value })).toBeUndefined();
    }
    expect(problemOf({ qos: 0, retain: true, own: 1 }, { protocolVersion: 4 })).toBeUndefined();
  });

  it('is measured in bytes, with all that it carries', () => {
    const userProperties = { k: ['v'.repeat(50), 'v'.repeat(50)] };
    expect(problemOf({}, { maximumPacketBytes: 50 })).toBeUndefined();
    expect(problemOf({ userProperties }, { maximumPacketBytes: 130 })).toBe('packet_too_large');
    expect(problemOf({ contentType: 'é'.repeat(50) }, { maximumPacketBytes: 120 })).toBe('packet_too_large');
    expect(problemOf({ contentType: 'e'.repeat(50) }, { maximumPacketBytes: 120 })).toBeUndefined();
  });
});

describe('the window of what is on its way', () => {
  it('lets in as many as it has places, and then one for each that leaves, in turn', async () => {
    const window = new PublishWindow(2);
    const entered: number[] = [];
    const entries = [1, 2, 3, 4].map((which) => window.enter([]).then(() => entered.push(which)));
    await Promise.all(entries.slice(0, 2));
    expect(entered).toEqual([1, 2]);
    window.leave();
    await entries[2];
    expect(entered).toEqual([1, 2, 3]);
    window.leave();
    await entries[3];
    expect(entered).toEqual([1, 2, 3, 4]);
  });

  it('lets go of who is told to stop waiting, and gives the place to the next', async () => {
    const window = new PublishWindow(1);
    await window.enter([]);
    const controller = new AbortController();
    const impatient = window.enter([new AbortController().signal, controller.signal]);
    const patient = window.enter([]);
    controller.abort(new Error('over'));
    await expect(impatient).rejects.toThrow('over');
    window.leave();
    await patient;
    await expect(window.enter([controller.signal])).rejects.toThrow('over');
  });
});
