import type { Resources } from "../scheduler/state.ts";

export const POOLS_FILE = "k8s/pools.yaml";

/** What k8s/pools.yaml says, read and found to be sound. */
export interface Pools {
  /** The one key of label, taint, selector and toleration. */
  readonly label: string;
  readonly daemons: Resources;
  readonly environments: ReadonlyMap<string, Environment>;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly workloads: ReadonlyMap<string, WorkloadSizes>;
}

export interface Environment {
  readonly placement: "pools" | "anywhere";
  readonly zones: readonly string[];
  readonly survives: readonly Survival[];
  readonly proportions: boolean;
  /** The shape of all nodes, where it is not the pools' own. */
  readonly shape?: Resources;
}

export type Survival = "drain" | "zone";

export interface Pool {
  readonly holds: string;
  readonly shape: Resources;
  readonly taint: "NoSchedule" | "none";
  readonly memoryPerCpu: { readonly min?: bigint; readonly max?: bigint };
  /** By environment. */
  readonly nodes: ReadonlyMap<string, NodeRange>;
  readonly machines: Machines;
}

export interface NodeRange {
  readonly min: number;
  readonly max: number;
}

export interface Machines {
  readonly karpenter: { readonly families: readonly string[]; readonly spot: boolean };
  readonly gke: { readonly type: string; readonly spot: boolean };
  readonly aks: { readonly size: string };
}

export interface WorkloadSizes {
  readonly pool: string;
  /** By environment; a workload is only in those that it has a size for. */
  readonly sizes: ReadonlyMap<string, Size>;
}

export interface Size {
  /** Absent for a job. */
  readonly replicas?: number;
  /** As written, for the manifests. */
  readonly cpu: string;
  readonly memory: string;
  readonly requests: Resources;
  readonly rendering?: { readonly processes: number; readonly memoryMb: number };
}

export const MEBIBYTE = 1024n * 1024n;
export const GIBIBYTE = 1024n * MEBIBYTE;

/** CPU for people: 7.71. */
export const showCpu = (milliCpu: bigint): string => String(Number(milliCpu) / 1000);

/** Memory for people: 27.8Gi. */
export const showMemory = (bytes: bigint): string => {
  const mebibytes = Number(bytes / MEBIBYTE);
  return mebibytes < 1024 ? `${mebibytes}Mi` : `${Math.round(mebibytes / 102.4) / 10}Gi`;
};
