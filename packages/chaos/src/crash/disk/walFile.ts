/**
 * The write-ahead log of SQLite, as its file format has it: a header, and frames of a page each. The frame that ends a
 * transaction says how large the database is then; every frame carries the salts of the header and a checksum over all that
 * comes before it. So a log that ends anywhere, or in garbage, has an exact meaning: the transactions that are whole.
 */
export interface WalContent {
  /** Frames that count, of this log's salts and with the right checksum. */
  readonly frames: number;
  /** Where each whole transaction ends, in bytes, in their order. */
  readonly commits: readonly number[];
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const bigEndianMagic = 0x377f0683;
const littleEndianMagic = 0x377f0682;

type Checksum = readonly [number, number];

export function readWal(log: Buffer): WalContent {
  const nothing = { frames: 0, commits: [] };
  if (log.length < headerBytes) return nothing;
  const magic = log.readUInt32BE(0);
  if (magic !== bigEndianMagic && magic !== littleEndianMagic) return nothing;
  const isBigEndian = magic === bigEndianMagic;
  const frameBytes = frameHeaderBytes + log.readUInt32BE(8);
  let sum = checksum(log.subarray(0, 24), [0, 0], isBigEndian);
  if (!isSum(log, 24, sum)) return nothing;
  const commits: number[] = [];
  let frames = 0;
  for (let start = headerBytes; start + frameBytes <= log.length; start += frameBytes) {
    const frame = log.subarray(start, start + frameBytes);
    if (!frame.subarray(8, 16).equals(log.subarray(16, 24))) break;
    sum = checksum(frame.subarray(0, 8), sum, isBigEndian);
    sum = checksum(frame.subarray(frameHeaderBytes), sum, isBigEndian);
    if (!isSum(frame, 16, sum)) break;
    frames += 1;
    if (frame.readUInt32BE(4) > 0) commits.push(start + frameBytes);
  }
  return { frames, commits };
}

/** How much of a log that is cut off there still counts: up to the end of the last whole transaction. Bytes. */
export function wholeBytes({ commits }: WalContent, cutAt: number): number {
  return commits.findLast((end) => end <= cutAt) ?? 0;
}

function checksum(bytes: Buffer, [first, second]: Checksum, isBigEndian: boolean): Checksum {
  let [one, two] = [first, second];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    one = (one + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + two) >>> 0;
    two = (two + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + one) >>> 0;
  }
  return [one, two];
}

function isSum(bytes: Buffer, at: number, [first, second]: Checksum): boolean {
  return bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;
}
