/** Where a benchmark tells what it does and what it finds. */
export interface Outlet {
  /** What it is doing; nothing when it is done. */
  readonly onProgress: (what: string) => void;
  /** What it found. */
  readonly out: (text: string) => void;
}
