import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { type Hotel, openHotel } from "../mesh/hotel.ts";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import { type Rest, restOf } from "../mesh/rest.ts";
import { type Rpc, rpcOf } from "../mesh/rpc.ts";
import { until } from "../mesh/until.ts";

const REVOKED_WITHIN_MS = 5000;

describe("a partner's keys while it works", function () {
  this.timeout(90_000);
  let mesh: Mesh;
  let rest: Rest;
  let rpc: Rpc;
  let file: string;

  before(async () => {
    mesh = await startMesh({ processes: ["bank", "payment-svc", "reservation-svc", "report-svc", "edge-rest"] });
    rest = restOf(mesh.edge);
    rpc = rpcOf(mesh);
    file = mesh.system.env("edge-rest")["PARTNERS_FILE"] ?? "";
  });
  after(async () => {
    rpc?.[Symbol.dispose]();
    await mesh?.close();
  });

  /** `npm run partner -- …`, as people type it. */
  const partner = async (...words: readonly string[]): Promise<string> => {
    const args = ["run", "--silent", "partner", "--", ...words, "--file", file];
    return (await promisify(execFile)("npm", args)).stdout.trim();
  };
  const issued = async (...words: readonly string[]) => {
    const said = await partner(...words);
    const [, id, key] = /has the key (\w+)\..*\n(sk_\S+)$/s.exec(said) ?? [];
    if (id === undefined || key === undefined) throw new Error(`no key was issued: ${said}`);
    return { id, key };
  };
  /** One call of each service over REST and over gRPC; gives what was refused. */
  const round = async (key: string): Promise<readonly string[]> => {
    const asked = await Promise.all([
      ...["/v1/properties", "/v1/payments", "/v1/reports/0190a1b3-none"].map(async (path) => {
        const { status } = await rest("GET", path, undefined, { key });
        return { path, told: String(status), fine: ["200", "404", "400"].includes(String(status)) };
      }),
      ...["CatalogService/ListProperties", "PaymentService/ListPayments"].map(async (path) => {
        const { code } = await rpc.call(path, {}, { key });
        return { path, told: code, fine: code === "OK" };
      }),
      rpc.call("ReportService/GetReport", { name: "reports/0190a1b3-none" }, { key }).then(({ code }) => {
        return { path: "ReportService/GetReport", told: code, fine: ["NOT_FOUND", "INVALID_ARGUMENT"].includes(code) };
      }),
    ]);
    return asked.filter(({ fine }) => !fine).map(({ path, told }) => `${path}: ${told}`);
  };

  const refusedEverywhere = (key: string, withinMs: number) =>
    until("refused by every service", withinMs, async () => ((await round(key)).length === 6 ? true : undefined));

  it("are rotated without the failure of a single call", async () => {
    const first = await issued("add", "acme", "--scopes", "*");
    let key = first.key;
    let rounds = 0;
    let stopped = false;
    const refused: string[] = [];
    const work = async () => {
      while (!stopped) {
        refused.push(...(await round(key)));
        rounds++;
      }
    };
    const more = async () => {
      const enough = rounds + 30;
      await until("thirty more rounds", 30_000, async () => (rounds >= enough ? true : undefined));
    };
    const working = Promise.all([work(), work(), work()]);
    try {
      await more();
      const second = await issued("rotate", "acme", first.id);
      key = second.key;
      await more();
      await partner("revoke", "acme", first.id);
      await refusedEverywhere(first.key, REVOKED_WITHIN_MS);
      await more();
    } finally {
      stopped = true;
      await working;
    }
    expect(refused).to.deep.equal([]);
    expect(await partner("list")).to.match(/^acme {2}\w+ {2}scopes \* {2}properties \*$/m);
  });

  it("end by themselves after the overlap that a rotation gives them", async () => {
    const first = await issued("add", "initech", "--per-minute", "60000");
    const second = await issued("rotate", "initech", first.id, "--overlap", "4s");
    expect(await round(second.key)).to.deep.equal([]);
    expect(await partner("list")).to.match(/^initech {2}\w+ .* 60000 a minute {2}until \d{4}-\S+Z$/m);
    await refusedEverywhere(first.key, 20_000);
    expect(await round(second.key)).to.deep.equal([]);
  });

  it("end the streams that they opened within five seconds of being revoked, over gRPC and REST", async () => {
    const { id, key } = await issued("add", "globex");
    const hotel: Hotel = await openHotel(rpc, { id: "globex-house", key });
    const watch = { parent: hotel.property, resumeToken: "" };
    const url = `${mesh.edge}/v1/${hotel.property}/reservations:watch`;
    const headers = { authorization: `Bearer ${key}`, accept: "text/event-stream" };
    const events = await fetch(url, { headers });
    expect(events.status).to.equal(200);
    const overRest = events.text();
    const overGrpc = rpc.call("ReservationService/WatchReservations", watch, { key, timeoutMs: 60_000 });
    await partner("revoke", "globex", id);
    const revoked = performance.now();
    const [text, outcome] = await Promise.all([overRest, overGrpc]);
    expect(performance.now() - revoked).to.be.below(REVOKED_WITHIN_MS);
    expect(text).to.match(/^event: error\ndata: \{.*"status":401.*\}\n\n$/m);
    expect([outcome.code, outcome.reason]).to.deep.equal(["UNAUTHENTICATED", "UNAUTHENTICATED"]);
  });
});
