/** Where a store is. */
export interface Place {
  /** As this process sees it. */
  readonly storePath: string;
  /** As the process of the instances sees it. */
  readonly storePathInside: string;
  /** What takes a program into that place; nothing when it is everybody's. */
  readonly entrance: readonly string[];
  /** How large the store may grow; null for as large as the disk lets it. Bytes. */
  readonly maxBytes: number | null;
}

export function ordinaryPlace(storePath: string): Place {
  return { storePath, storePathInside: storePath, entrance: [], maxBytes: null };
}
