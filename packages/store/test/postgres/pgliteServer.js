// PGlite as a server: `node pgliteServer.js FOLDER PORT`. Says `listening` when it is.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const [folder, port] = process.argv.slice(2);
const db = await PGlite.create(folder);
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: Number(port), maxConnections: 10 });
await server.start();
process.stderr.write('listening\n');
