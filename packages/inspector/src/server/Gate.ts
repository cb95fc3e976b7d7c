import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Who may come in.
 *
 * G1. Whoever asks has to call the server by a name that is its own: a page of somebody else's whose name leads to this machine (DNS
 *     rebinding) calls it by another.
 * G2. A page may open a line, or change anything, only from the server's own origin.
 * G3. A token lets one browser in, once. It travels in the fragment of an address, which no server, log or referrer sees; what the browser
 *     has afterwards is a cookie that no script can read and no other site can send.
 * G4. Secrets are compared by their hashes, in constant time.
 */
export class Gate {
  readonly #port: number;
  readonly #names: ReadonlySet<string>;
  readonly #appOrigins: ReadonlySet<string>;
  readonly #sessions: Buffer[] = [];
  #token = secret();

  constructor({ host, port, allowedHosts, appOrigins }: GateOptions) {
    this.#port = port;
    // All addresses at once are no name: browsers lead http://0.0.0.0 to this machine.
    const own = ['0.0.0.0', '::'].includes(host) ? [] : [nameOf(host)];
    this.#names = new Set(
      ['127.0.0.1', 'localhost', '[::1]', ...own, ...allowedHosts].map((name) => name.toLowerCase()),
    );
    this.#appOrigins = new Set(appOrigins);
  }

  /** The next that has not been used yet. */
  get token(): string {
    return this.#token;
  }

  /** G1 */
  isOwnHost({ headers }: IncomingMessage): boolean {
    const { host } = headers;
    return host !== undefined && this.#isOwn(`http://${host}`);
  }

  /** G2. A request without an origin is no page's. */
  isOwnOrigin({ headers }: IncomingMessage): boolean {
    const { host, origin } = headers;
    return origin !== undefined && origin === `http://${host}` && this.#isOwn(origin);
  }

  /** An app sends from this machine: a program, which has no origin, or a page that is served here, or is allowed. */
  isApp({ headers, socket }: IncomingMessage): boolean {
    const { origin } = headers;
    if (!isLoopback(socket.remoteAddress)) return false;
    if (origin === undefined || this.#appOrigins.has(origin)) return true;
    return URL.canParse(origin) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(origin).hostname);
  }

  /** What the browser shows from now on, in exchange for the token; undefined for a wrong one. G3 */
  exchange(token: string): string | undefined {
    if (!isSame(hash(token), hash(this.#token))) return undefined;
    this.#token = secret();
    const session = secret();
    this.#sessions.push(hash(session));
    if (this.#sessions.length > mostSessions) this.#sessions.shift();
    return `${this.#cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  hasSession(request: IncomingMessage): boolean {
    return this.sessionOf(request) !== undefined;
  }

  /** A name for who has come in; undefined for who has not. It tells nothing of the secret. */
  sessionOf({ headers }: IncomingMessage): string | undefined {
    const prefix = `${this.#cookieName}=`;
    const shown = (headers.cookie ?? '').split(/;\s*/).filter((cookie) => cookie.startsWith(prefix));
    const hashes = shown.map((cookie) => hash(cookie.slice(prefix.length)));
    const known = hashes.find((hashed) => this.#sessions.filter((session) => isSame(session, hashed)).length > 0);
    return known?.toString('hex').slice(0, nameLength);
  }

  /** Cookies know no ports: two servers on one machine must not take each other's away. */
  get #cookieName(): string {
    return `holdfast-inspector-${this.#port}`;
  }

  #isOwn(address: string): boolean {
    if (!URL.canParse(address)) return false;
    const { hostname, port } = new URL(address);
    return this.#names.has(hostname) && (port === '' ? 80 : Number(port)) === this.#port;
  }
}

export interface GateOptions {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly appOrigins: readonly string[];
}

const mostSessions = 100;
/** Of a session's name, which is the beginning of a hash. */
const nameLength = 8;

function secret(): string {
  return randomBytes(32).toString('base64url');
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** G4 */
function isSame(first: Buffer, second: Buffer): boolean {
  return timingSafeEqual(first, second);
}

/** As it stands in an address. */
export function nameOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:127\.|::1$|::ffff:127\.)/.test(address);
}
