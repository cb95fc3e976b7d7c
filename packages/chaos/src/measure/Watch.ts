import type { TelemetryEvent, TelemetryEventName } from 'holdfast';

/** What is expected to happen to some instances, from now on. */
export interface Expectation {
  readonly instanceIds: readonly string[];
  /** The events that count as: it has been noticed. */
  readonly noticedBy: readonly TelemetryEventName[];
}

/** When it began, and when the first of the instances noticed. */
export class Vigil {
  readonly beganAtMs = performance.now();
  readonly #noticedBy: ReadonlySet<string>;
  #noticedAfterMs: number | null = null;

  constructor(noticedBy: readonly TelemetryEventName[]) {
    this.#noticedBy = new Set(noticedBy);
  }

  get noticedAfterMs(): number | null {
    return this.#noticedAfterMs;
  }

  see(name: string): void {
    if (this.#noticedAfterMs !== null || !this.#noticedBy.has(name)) return;
    this.#noticedAfterMs = performance.now() - this.beganAtMs;
  }
}

const harm = new Set<string>(['instance.disconnected', 'instance.error']);
const keptDetails = 10;

/** Sees all telemetry: what the faults do to the instances that they are done to, and whether they do anything to others. */
export class Watch {
  readonly #vigils = new Map<string, Vigil>();
  readonly #collateral: string[] = [];
  #collateralCount = 0;
  #isOver = false;

  readonly observe = ({ name, metadata }: TelemetryEvent): void => {
    const instanceId = String(metadata['instanceId']);
    const vigil = this.#vigils.get(instanceId);
    if (vigil) vigil.see(name);
    else if (harm.has(name) && !this.#isOver) {
      this.#collateralCount += 1;
      const reason = JSON.stringify(metadata['reason'] ?? metadata['error'] ?? null);
      if (this.#collateral.length < keptDetails) this.#collateral.push(`${instanceId}: ${name}, ${reason}`);
    }
  };

  /** How often an instance that no fault was done to lost its connection, and the first of them. */
  get collateral(): { readonly count: number; readonly details: readonly string[] } {
    return { count: this.#collateralCount, details: this.#collateral };
  }

  begin({ instanceIds, noticedBy }: Expectation): Vigil {
    const vigil = new Vigil(noticedBy);
    for (const instanceId of instanceIds) this.#vigils.set(instanceId, vigil);
    return vigil;
  }

  end(instanceIds: readonly string[]): void {
    for (const instanceId of instanceIds) this.#vigils.delete(instanceId);
  }

  /** From now on the instances are stopped on purpose. */
  finish(): void {
    this.#isOver = true;
  }
}
