import { generate, type Packet, parser } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { refuseConnect } from '../../src/peers/mqttRival.ts';
import { tooManyRequests } from '../../src/peers/telegramCalls.ts';

function parse(bytes: Buffer | undefined, protocolVersion: 4 | 5): Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion });
  reader.on('packet', (packet) => packets.push(packet));
  if (bytes) reader.parse(bytes);
  return packets;
}

describe('what a peer says to one that comes too often', () => {
  it('Telegram: 429, when to come again, and a body of the length that it says', () => {
    const [head = '', body = ''] = tooManyRequests(3).toString().split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 429 /);
    expect(head).toContain(`content-length: ${body.length}`);
    expect(JSON.parse(body)).toMatchObject({ ok: false, error_code: 429, parameters: { retry_after: 3 } });
  });

  it('MQTT: a CONNECT is refused in the words of its version', () => {
    const connect = generate({ cmd: 'connect', clientId: 'a', protocolId: 'MQTT', protocolVersion: 5, clean: true });
    expect(parse(refuseConnect(connect, 5), 5)).toMatchObject([{ cmd: 'connack', reasonCode: 0x9f }]);
    expect(parse(refuseConnect(connect, 4), 4)).toMatchObject([{ cmd: 'connack', returnCode: 3 }]);
  });

  it('MQTT: anything but a CONNECT passes', () => {
    expect(refuseConnect(generate({ cmd: 'pingreq' }), 5)).toBeUndefined();
  });
});
