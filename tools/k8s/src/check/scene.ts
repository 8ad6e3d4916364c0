import type { CallGraph } from "../calls/calls.ts";
import type { KubeObject } from "../objects/objects.ts";
import type { Pools } from "../pools/pools.ts";
import type { Programs } from "./programs.ts";
import type { SecretCatalogue } from "./secrets.ts";

/** What the rules look at: the rendered objects of one overlay, and what they are held against. */
export interface Scene {
  /** The overlay, which is also the environment of pools.yaml. */
  readonly name: string;
  readonly objects: readonly KubeObject[];
  readonly pools: Pools;
  readonly graph: CallGraph;
  readonly secrets: SecretCatalogue;
  readonly programs: Programs;
  /** Service of the contract -> the longest that a call of it may take, streams left out; in milliseconds. */
  readonly longestCalls: ReadonlyMap<string, number>;
}

/** Says everything that breaks it, each in a sentence that names the object and what to do. */
export type Rule = (scene: Scene) => readonly string[];

export const NAME_LABEL = "app.kubernetes.io/name";
