import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import {
  StoreAccessError,
  StoreCorruptError,
  type StoreError,
  StoreFailedError,
  StoreForeignError,
  StoreFullError,
  StoreUnreachableError,
} from './errors.ts';
import type { ResolvedPostgresStoreOptions } from './postgresOptions.ts';
import type { Cell, Row } from './records.ts';

/** A parameter of a statement: a cell, or a whole column of cells for `unnest`. */
export type Param = Cell | readonly Cell[];

export interface Answer {
  readonly rows: Row[];
  /** Rows that were touched. */
  readonly count: number;
}

/** The server said that one of two transactions in each other's way has to go; it may come again at once. */
export class TransactionConflict extends Error {
  override readonly name = 'TransactionConflict';
}

/**
 * One connection by pg at a time, made when it is needed, with our errors. Whatever pg says is shown without the password, and
 * its errors, which carry what they were called with, are not handed on.
 */
export class PostgresConnection {
  readonly place: string;
  readonly #config: ClientConfig;
  readonly #secrets: readonly string[];
  /** The socket is ours, so that it can be ended when the server does not answer. */
  #live: { readonly client: Client; readonly socket: Socket } | undefined;

  constructor({ connectionString, password, ssl, connectTimeoutMs, answerTimeoutMs }: ResolvedPostgresStoreOptions) {
    this.#config = {
      application_name: 'holdfast',
      keepAlive: true,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: answerTimeoutMs,
      ...(connectionString === undefined ? {} : { connectionString }),
      ...(password === undefined ? {} : { password }),
      ...(ssl === undefined ? {} : { ssl }),
    };
    this.#secrets = secretsIn(connectionString, password);
    this.place = placeOf(connectionString);
  }

  async connect(): Promise<void> {
    if (this.#live) return;
    const socket = new Socket();
    const client = new Client({ ...this.#config, stream: () => socket });
    client.on('error', () => this.#drop(client)); // it was idle: the next call connects again
    client.on('end', () => this.#drop(client));
    try {
      await client.connect();
      this.#live = { client, socket };
    } catch (error) {
      socket.destroy();
      throw this.#connectError(error);
    }
  }

  /** One or more statements without parameters, in one round trip; the rows of the last that has any. */
  async exec(sql: string): Promise<Row[]> {
    const client = this.#connected();
    try {
      const results: unknown = await client.query({ text: sql, rowMode: 'array' });
      const rows = (Array.isArray(results) ? results : [results]).map((result: { rows: Row[] }) => result.rows);
      return rows.findLast(({ length }) => length > 0) ?? [];
    } catch (error) {
      throw this.#error(error, client);
    }
  }

  async query(sql: string, params: readonly Param[]): Promise<Answer> {
    const client = this.#connected();
    try {
      const { rows, rowCount } = await client.query<Cell[]>({ text: sql, values: [...params], rowMode: 'array' });
      return { rows, count: rowCount ?? 0 };
    } catch (error) {
      throw this.#error(error, client);
    }
  }

  async close(): Promise<void> {
    if (!this.#live) return;
    const { client, socket } = this.#live;
    this.#live = undefined;
    const grace = new AbortController();
    await Promise.race([client.end(), sleep(closeGraceMs, undefined, grace)]).catch(() => undefined);
    grace.abort();
    socket.destroy();
  }

  #connected(): Client {
    if (this.#live) return this.#live.client;
    throw new StoreUnreachableError(this.place, 'the connection was lost');
  }

  #drop(client: Client): void {
    if (this.#live?.client !== client) return;
    this.#live.socket.destroy();
    this.#live = undefined;
  }

  #connectError(error: unknown): StoreError {
    const code = codeOf(error);
    const isRefused = /^(?:28|3D|42501)/.test(code);
    return isRefused
      ? new StoreAccessError(this.place, this.#describe(error))
      : new StoreUnreachableError(this.place, this.#describe(error));
  }

  /** By SQLSTATE; what has none is no answer of the server, and the end of the connection. */
  #error(error: unknown, client: Client): Error {
    const code = codeOf(error);
    const found = this.#describe(error);
    if (!/^[0-9A-Z]{5}$/.test(code) || /^(?:08|57P)/.test(code)) {
      this.#drop(client);
      return new StoreUnreachableError(this.place, found);
    }
    if (code === '40001' || code === '40P01') return new TransactionConflict(found);
    if (code === '53100') return new StoreFullError(this.place);
    if (code === '42501') return new StoreAccessError(this.place, found);
    if (code === '42P07') return new StoreForeignError(this.place, `tables of another program (${found})`);
    if (/^XX00[12]$/.test(code)) return new StoreCorruptError(this.place, found);
    return new StoreFailedError(this.place, found);
  }

  #describe(error: unknown): string {
    const said = messageOf(error);
    const code = codeOf(error);
    const text = code === '' || said.includes(code) ? said : `${said} (${code})`;
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
  }
}

/** How long a server may take to say goodbye. */
const closeGraceMs = 1_000;

/** A failed attempt on several addresses has its reasons inside. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The password in every form in which it was given, the longest first. */
function secretsIn(connectionString: string | undefined, password: string | undefined): string[] {
  const encoded = connectionString === undefined ? [] : passwordsIn(new URL(connectionString));
  const all = [...encoded, password ?? '', ...encoded.map(decode)];
  return [...new Set(all)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
}

function passwordsIn(url: URL): string[] {
  return [url.password, url.searchParams.get('password') ?? '', url.searchParams.get('sslpassword') ?? ''];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function placeOf(connectionString: string | undefined): string {
  if (connectionString === undefined) return 'The Postgres server of the environment';
  const { hostname, port, pathname } = new URL(connectionString);
  return `The Postgres server ${hostname || 'on this machine'}${port === '' ? '' : `:${port}`}, database ${pathname.slice(1) || 'of that user'},`;
}
