// The broker for machines without mosquitto. A process of its own, so that it can be stopped and killed.
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const [port, users] = process.argv.slice(2);
const passwords = new Map(Object.entries(JSON.parse(users)));

const refusal = Object.assign(new Error('Bad username or password'), { returnCode: 4 });
const broker = await Aedes.createBroker({
  authenticate: (...[, username, password, done]) => {
    const isWelcome = username === undefined || passwords.get(username) === password?.toString();
    done(isWelcome ? null : refusal, isWelcome);
  },
  authorizeSubscribe: (_client, subscription, done) =>
    done(null, subscription.topic.startsWith('private/') ? null : subscription),
});
createServer(broker.handle).listen(Number(port), '127.0.0.1', () => process.stderr.write('running\n'));
process.once('disconnect', () => process.exit());
