/** The inspector's server did not start. `code` says why, for programs. */
export abstract class InspectorServerError extends Error {
  abstract readonly code: string;
}

/** Another program listens on the port, or this one does already. */
export class PortInUseError extends InspectorServerError {
  override readonly name = 'PortInUseError';
  readonly code = 'port_in_use';
  readonly port: number;

  constructor(host: string, port: number, cause: unknown) {
    super(
      `Port ${port} of ${host} is in use. Stop who listens there, or give another port; 0 takes any that is free.`,
      {
        cause,
      },
    );
    this.port = port;
  }
}

/** The system does not let the server listen there. */
export class ListenError extends InspectorServerError {
  override readonly name = 'ListenError';
  readonly code = 'listen';

  constructor(host: string, port: number, cause: unknown) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an unknown error';
    super(
      `Cannot listen on ${host}:${port} (${reason}). Expected an address of this machine and a port that is allowed.`,
      {
        cause,
      },
    );
  }
}

/** The process runs with NODE_ENV=production, where nobody should watch by accident. */
export class ProductionError extends InspectorServerError {
  override readonly name = 'ProductionError';
  readonly code = 'production';

  constructor() {
    super(
      'The inspector does not start with NODE_ENV=production: it shows the inside of the process. If you mean it, pass allowProduction: true.',
    );
  }
}
