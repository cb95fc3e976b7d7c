export { InspectorServerError, ListenError, PortInUseError, ProductionError } from './errors.ts';
export { InspectorServer, type ServerCounts, startInspectorServer } from './InspectorServer.ts';
export type { SendAudit, SendingOptions } from './sending/sendingOptions.ts';
export type { InspectorServerOptions, RecordSource, ServerBounds } from './serverOptions.ts';
