/**
 * A value that survives `JSON.stringify` unchanged. Everything that leaves a chart (signals, snapshots, reasons)
 * is made of these, so that an inspector, a log or a store can carry it.
 */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}
