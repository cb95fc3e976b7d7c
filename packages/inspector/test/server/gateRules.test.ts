import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/server/Gate.ts';

/** What cannot be tried from outside on one machine: other addresses to listen on, and other machines that come. */
const gateOn = (host: string, port = 8080): Gate => new Gate({ host, port, allowedHosts: [], appOrigins: [] });
const request = (headers: IncomingMessage['headers'], remoteAddress = '127.0.0.1'): IncomingMessage =>
  ({ headers, socket: { remoteAddress } }) as IncomingMessage;

describe('a server that listens on all addresses', () => {
  it.each(['0.0.0.0', '::'])('is not called %s: browsers lead that name to this machine, whoever asks', (host) => {
    const gate = gateOn(host);
    expect(gate.isOwnHost(request({ host: `${host === '::' ? '[::]' : host}:8080` }))).toBe(false);
    expect(gate.isOwnHost(request({ host: '127.0.0.1:8080' }))).toBe(true);
  });

  it('has the name of the address that it is told to listen on', () => {
    expect(gateOn('192.0.2.7').isOwnHost(request({ host: '192.0.2.7:8080' }))).toBe(true);
    expect(gateOn('fe80::1').isOwnHost(request({ host: '[fe80::1]:8080' }))).toBe(true);
  });
});

it('apps send from this machine only, whatever origin they show', () => {
  const gate = gateOn('0.0.0.0');
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
    expect(gate.isApp(request({}, address))).toBe(true);
  for (const address of ['192.0.2.9', '::ffff:192.0.2.9', 'fe80::1', '12.7.0.0'])
    for (const headers of [{}, { origin: 'http://localhost:3000' }])
      expect(gate.isApp(request(headers, address))).toBe(false);
});

it('two servers on one machine take each other’s cookies for none: browsers send them to both', () => {
  const [one, other] = [gateOn('127.0.0.1', 8080), gateOn('127.0.0.1', 9090)];
  const cookieOf = (gate: Gate): string => gate.exchange(gate.token)?.split(';', 1)[0] ?? '';
  const cookies = [cookieOf(one), cookieOf(other)];
  expect(new Set(cookies.map((cookie) => cookie.split('=', 1)[0])).size).toBe(2);
  const both = request({ cookie: cookies.join('; ') });
  expect([one.hasSession(both), other.hasSession(both)]).toEqual([true, true]);
  expect(one.hasSession(request({ cookie: cookies[1] ?? '' }))).toBe(false);
  expect(one.sessionOf(both)).not.toBe(other.sessionOf(both));
});
