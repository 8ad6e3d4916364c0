import { expect } from "chai";
import { type Mesh, type ProcessName, startMesh } from "../mesh/mesh.ts";
import { type Rpc, rpcOf } from "../mesh/rpc.ts";
import { round } from "./round.ts";

describe("kill -9 in the middle of bookings", function () {
  this.timeout(120_000);
  let mesh: Mesh;
  let rpc: Rpc;

  before(async () => {
    mesh = await startMesh({ processes: ["bank", "payment-svc", "reservation-svc"] });
    rpc = rpcOf(mesh);
  });
  after(async () => {
    rpc?.[Symbol.dispose]();
    await mesh?.close();
  });

  const victims: readonly ProcessName[] = ["reservation-svc", "payment-svc", "bank"];
  for (const [index, victim] of victims.entries()) {
    it(`of ${victim} leaves every reservation confirmed with one payment or unconfirmed with none`, async () => {
      const { problems, ends } = await round(mesh, rpc, { victims: [victim], bookings: 170, seed: 4711 + index });
      expect(problems, `\n  ${problems.slice(0, 20).join("\n  ")}\n`).to.have.length(0);
      expect(ends["CONFIRMED"], JSON.stringify(ends)).to.be.greaterThan(100);
    });
  }
});
