// `npm run chaos -- --rounds 20 --seed 1 --bookings 500`: the long form of the test, with several kills in each round.
import { parseArgs } from "node:util";
import { startTestParts } from "../../scripts/test/parts.ts";
import { type ProcessName, startMesh } from "../mesh/mesh.ts";
import { seeded } from "../mesh/random.ts";
import { rpcOf } from "../mesh/rpc.ts";
import { round } from "./round.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    bookings: { type: "string", default: "500" },
    kills: { type: "string", default: "3" },
  },
});
const number = (name: keyof typeof values): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number`);
  return value;
};
const [rounds, firstSeed, bookings, kills] = [number("rounds"), number("seed"), number("bookings"), number("kills")];
const killable: readonly ProcessName[] = ["reservation-svc", "payment-svc", "bank"];

await using parts = await startTestParts();
Object.assign(process.env, parts.env);
const mesh = await startMesh({ processes: killable });
const rpc = rpcOf(mesh);
let failed = 0;
let stopping = false;
process.once("SIGINT", () => {
  console.log("stopping after this round ...");
  stopping = true;
});
try {
  for (let seed = firstSeed; seed < firstSeed + rounds && !stopping; seed += 1) {
    const random = seeded(seed * 7919);
    const victims = Array.from({ length: kills }, () => killable[Math.floor(random() * killable.length)] ?? "bank");
    const { problems, ends, restMs } = await round(mesh, rpc, { victims, bookings, seed });
    const how = problems.length === 0 ? "whole" : `${problems.length} PROBLEMS`;
    console.log(
      `seed ${seed}: ${how}; killed ${victims.join(", ")}; ${JSON.stringify(ends)}; at rest after ${(restMs / 1000).toFixed(1)} s`,
    );
    for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
    failed += problems.length === 0 ? 0 : 1;
  }
} finally {
  rpc[Symbol.dispose]();
  await mesh.close();
}
console.log(`${rounds - failed} rounds whole, ${failed} not`);
process.exitCode = failed === 0 ? 0 : 1;
