import { grid } from "../results.ts";
import { type CallName, callNames } from "./calls.ts";
import type { GatewayName } from "./gateways.ts";

/** What one gateway did with one call in one round. */
export interface Measured {
  readonly gateway: GatewayName;
  readonly call: CallName;
  readonly round: number;
  /** Of the gateway's process, for one request. */
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const [low = 0, high = 0] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return ((sorted[low] ?? 0) + (sorted[high] ?? 0)) / 2;
};

/** How many times the CPU of `one` the `other` needs: the median of the rounds' own ratios, since a round is one moment of the machine. */
export const ratio = (measured: readonly Measured[], call: CallName, one: GatewayName, other: GatewayName): number => {
  const of = (gateway: GatewayName) => measured.filter((it) => it.call === call && it.gateway === gateway);
  const others = new Map(of(other).map(({ round, cpuMicros }) => [round, cpuMicros]));
  return median(
    of(one).flatMap(({ round, cpuMicros }) => {
      const compared = others.get(round);
      return compared === undefined ? [] : [compared / cpuMicros];
    }),
  );
};

export const figures = (measured: readonly Measured[]): string => {
  const gateways = [...new Set(measured.map(({ gateway }) => gateway))];
  const lines = callNames.flatMap((call) =>
    gateways.map((gateway) => {
      const own = measured.filter((it) => it.call === call && it.gateway === gateway);
      const cpuMicros = median(own.map((it) => it.cpuMicros));
      return [
        `${call}, ${gateway}`,
        cpuMicros.toFixed(0),
        (1e6 / cpuMicros).toFixed(0),
        ratio(measured, call, "by hand", gateway).toFixed(2),
        ratio(measured, call, "edge", gateway).toFixed(2),
        median(own.map(({ p50Ms }) => p50Ms)).toFixed(1),
        median(own.map(({ p99Ms }) => p99Ms)).toFixed(1),
      ];
    }),
  );
  const head = ["call, gateway", "us of CPU", "per CPU second", "CPU to by hand", "CPU to edge", "p50 ms", "p99 ms"];
  return grid(head, lines);
};
