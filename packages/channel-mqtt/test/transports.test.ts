import type { Link } from 'holdfast';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MqttConfig } from '../src/config.ts';
import {
  connectTo,
  failureOf,
  openHandles,
  patience,
  readItems,
  send,
  textsOf,
  until,
  untilNoMoreThan,
} from './connecting.ts';
import { type Gateway, makeCertificate, tlsGateway, webSocketGateway } from './Gateway.ts';
import { brokerKind, MqttBroker, protocolVersions } from './MqttBroker.ts';

const [protocolVersion = 4] = protocolVersions;
const certificate = makeCertificate();
const links: Link[] = [];
let broker: MqttBroker;
let gateway: Gateway;

beforeAll(async () => {
  broker = await MqttBroker.start();
});
afterAll(() => broker.stop());
afterEach(async () => {
  for (const link of links.splice(0)) await link.close({ graceMs: 500 });
});

async function open(config: MqttConfig): Promise<Link> {
  const link = await connectTo({ protocolVersion, cleanStart: true, noLocal: false, ...config });
  links.push(link);
  return link;
}

/** Sends a message to itself. */
async function expectRoundTrip(config: MqttConfig): Promise<void> {
  const link = await open({ ...config, subscriptions: [{ filter: 'round' }] });
  await send(link, 'trip', { conversation: 'round' });
  const items = await readItems(link, 1);
  expect(textsOf(items)).toEqual(['trip']);
  await link.commit?.(items[0]?.cursor ?? null);
  await link.probe({ signal: patience() });
}

describe(`MQTT over WebSocket, with ${brokerKind}`, () => {
  beforeAll(async () => {
    gateway = await webSocketGateway(broker.port);
  });
  afterAll(() => gateway.stop());

  it('sends, receives, acknowledges and probes', async () => {
    await expectRoundTrip({ url: `ws://127.0.0.1:${gateway.port}/mqtt` });
  });

  it('is refused where the gateway refuses it', async () => {
    const failure = await failureOf('connect', open({ url: `ws://127.0.0.1:${gateway.port}/other` }));
    expect(failure).toMatchObject({ severity: 'fatal', scope: 'auth', code: 'mqtt.http_403' });
  });

  it('leaves no socket and no timer when it is closed', async () => {
    const signal = new AbortController().signal; // Not patience(), which is a timer itself.
    const isQuiet = (): boolean => !openHandles().includes('TCPSocketWrap');
    await until('the other tests are over', isQuiet);
    const before = openHandles();
    for (let round = 0; round < 3; round += 1) {
      const link = await connectTo({ url: `ws://127.0.0.1:${gateway.port}/mqtt`, protocolVersion }, { signal });
      expect(openHandles().length).toBeGreaterThan(before.length);
      await link.close({ graceMs: 2_000 });
    }
    await untilNoMoreThan(before);
  });
});

describe.runIf(certificate)(`MQTT over TLS, with ${brokerKind}`, () => {
  beforeAll(async () => {
    if (certificate) gateway = await tlsGateway(broker.port, certificate);
  });
  afterAll(() => gateway.stop());

  it('sends, receives, acknowledges and probes, with a certificate that it was told to trust', async () => {
    await expectRoundTrip({ url: `mqtts://localhost:${gateway.port}`, ca: certificate?.cert });
  });

  it('does not trust any other', async () => {
    const failure = await failureOf('connect', open({ url: `mqtts://localhost:${gateway.port}` }));
    expect(failure).toMatchObject({ severity: 'recoverable', scope: 'link' });
    expect(failure.code).toMatch(/^mqtt\..*(cert|verify|self_signed)/);
  });

  it('does not trust the right one under another name', async () => {
    const failure = await failureOf(
      'connect',
      open({ url: `mqtts://127.0.0.1:${gateway.port}`, ca: certificate?.cert }),
    );
    expect(failure).toMatchObject({ scope: 'link', code: 'mqtt.err_tls_cert_altname_invalid' });
  });
});
