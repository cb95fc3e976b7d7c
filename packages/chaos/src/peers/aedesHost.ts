/**
 * The aedes broker as a process of its own, for where there is no mosquitto. It speaks MQTT 3.1.1, keeps everything in memory,
 * and writes down what it does in mosquitto's words. Arguments: the port, the log, the user and the password.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const [port, logPath = '', username, password] = process.argv.slice(2);
const refusal = Object.assign(new Error('refused'), { returnCode: 4 as const });
const log = (line: string): void => appendFileSync(logPath, `${line}\n`);

const broker = await Aedes.createBroker({
  authenticate(...[, givenName, givenPassword, done]) {
    const isMember = givenName === username && givenPassword?.toString() === password;
    if (isMember) done(null, true);
    else done(refusal, false);
  },
  authorizePublish(client, { topic, qos, messageId }, done) {
    log(`Received PUBLISH from ${client?.id} (d0, q${qos}, r0, m${messageId ?? 0}, '${topic}', ...)`);
    done();
  },
});
broker.on('subscribe', (_subscriptions, client) => log(`Received SUBSCRIBE from ${client.id}`));
broker.on('ack', (packet, client) => {
  if (packet?.cmd !== 'publish') return;
  log(`Sending PUBLISH to ${client.id} (d0, q1, r0, m${packet.messageId}, '${packet.topic}', ...)`);
  log(`Received PUBACK from ${client.id} (Mid: ${packet.messageId}, RC:0)`);
});
createServer(broker.handle).listen(Number(port), '127.0.0.1');
process.once('disconnect', () => process.exit());
