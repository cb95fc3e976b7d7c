/** What a benchmark tells to whom. */
export interface Surroundings {
  /** What it is doing; nothing when it is done. */
  readonly onProgress: (what: string) => void;
  /** What it found. */
  readonly out: (text: string) => void;
}
