import { OperationScript } from './OperationScript.ts';
import type { Operation, ValueOf } from './operations.ts';
import type { Outcome } from './outcome.ts';
import type { Sky } from './Sky.ts';

/** Outcomes for the calls to come, used up call by call. */
export type Script = { readonly [Op in Operation]?: readonly Outcome<ValueOf<Op>>[] } & {
  /** For `connect` and `probe` together: the next outcome goes to whichever of them is called next, once its own script is used up. */
  readonly connectOrProbe?: readonly Outcome[];
};

export type OperationScripts = { readonly [Op in Operation]: OperationScript<Op> };

/** What scripts are made from; as in ScriptedChannelOptions. */
export interface ScriptSources {
  readonly script?: Script | undefined;
  readonly fallback?: { readonly [Op in Operation]?: Outcome<ValueOf<Op>> } | undefined;
  readonly keep?: number | undefined;
}

export interface ScriptSurroundings {
  /** What `connect` and `probe` have in common. */
  readonly shared: Outcome[];
  readonly sky: Sky;
}

export function buildScripts(sources: ScriptSources, { shared, sky }: ScriptSurroundings): OperationScripts {
  const { script = {}, fallback = {}, keep } = sources;
  const build = <Op extends Operation>(operation: Op, sharedWith: Outcome[] = []) =>
    new OperationScript<Op>({
      outcomes: script[operation],
      fallback: fallback[operation],
      shared: sharedWith,
      exposed: (usual, details) => sky.expose(operation, usual, details),
      keep,
    });
  return {
    connect: build('connect', shared),
    probe: build('probe', shared),
    send: build('send'),
    poll: build('poll'),
    commit: build('commit'),
    close: build('close'),
    webhook: build('webhook'),
  };
}

export function appendTo(scripts: OperationScripts, script: Script): void {
  scripts.connect.append(script.connect);
  scripts.probe.append(script.probe);
  scripts.send.append(script.send);
  scripts.poll.append(script.poll);
  scripts.commit.append(script.commit);
  scripts.close.append(script.close);
  scripts.webhook.append(script.webhook);
}
