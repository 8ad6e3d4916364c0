import { openHotel } from "../mesh/hotel.ts";
import type { Mesh, ProcessName } from "../mesh/mesh.ts";
import { seeded } from "../mesh/random.ts";
import type { Rpc } from "../mesh/rpc.ts";
import { until } from "../mesh/until.ts";
import { audit, unsettled } from "./audit.ts";
import { storm } from "./storm.ts";

export interface RoundOptions {
  readonly victims: readonly ProcessName[];
  readonly bookings: number;
  readonly seed: number;
}

export interface RoundResult {
  readonly problems: readonly string[];
  /** How the callers fared, counted. */
  readonly ends: Readonly<Record<string, number>>;
  /** From the last restart to rest. */
  readonly restMs: number;
}

/** How long anything may wait after the last process is back. */
const boundMs = 30_000;

/** Bookings in the middle of which processes are killed, each restarted at once; then the world has to come to rest, whole. */
export const round = async (mesh: Mesh, rpc: Rpc, { victims, bookings, seed }: RoundOptions): Promise<RoundResult> => {
  const random = seeded(seed);
  const begun = new Date();
  const hotels = await Promise.all([1, 2, 3].map((number) => openHotel(rpc, { id: `chaos-${seed}-${number}` })));
  // Kills fall between a fifth and four fifths of the bookings.
  const kills = new Map(victims.map((victim) => [Math.floor(bookings * (0.2 + 0.6 * random())), victim] as const));
  // One after the other: a process that is being started cannot be killed a second time.
  let crashes = Promise.resolve();
  const told = await storm(rpc, {
    ...{ hotels, bookings, random, atOnce: 24, label: `storm-${seed}` },
    onBooking: (index) => {
      const victim = kills.get(index);
      if (victim === undefined) return;
      crashes = crashes.then(async () => {
        await mesh.crash(victim);
        await mesh.start(victim);
      });
      // It is awaited, and fails the round, once the callers are done.
      crashes.catch(() => undefined);
    },
  });
  await crashes;
  const since = performance.now();
  let last: readonly string[] = [];
  const rested = await until("rest", boundMs, async () => {
    last = await unsettled(rpc, hotels, begun);
    return last.length === 0 ? true : undefined;
  }).catch(() => false);
  const waiting = rested ? [] : last.map((one) => `waits longer than ${boundMs / 1000} s: ${one}`);
  const restMs = performance.now() - since;
  const problems = [...waiting, ...(await audit(mesh, rpc, hotels, begun, told))];
  const ends = Object.fromEntries([...Map.groupBy(told, ({ end }) => end)].map(([end, all]) => [end, all.length]));
  return { problems, ends, restMs };
};
