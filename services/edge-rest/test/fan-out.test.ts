import { create, fromJson, type JsonObject, toBinary } from "@bufbuild/protobuf";
import { type Contract, loadContract } from "@staymesh/contract";
import { buildImage } from "@staymesh/contract/testing";
import { silentLog } from "@staymesh/service-kit";
import { noTelemetry } from "@staymesh/service-kit/telemetry";
import { expect } from "chai";
import { CANCELLED, PERMISSION_DENIED, UNAVAILABLE } from "../src/app/codes.ts";
import { createCors } from "../src/app/cors.ts";
import { createEdge, type Edge } from "../src/app/edge.ts";
import { bestOf, type Heard } from "../src/app/fan-out.ts";
import { createObserve } from "../src/app/observe.ts";
import { type CallOptions, type UnaryAnswer, type Upstream, UpstreamError } from "../src/app/ports.ts";
import type { RpcCaller } from "../src/app/rpc.ts";
import { type Answer, edgeRequest, read } from "./support/lab.ts";

const depots = ["North", "South", "West"] as const;
type DepotName = (typeof depots)[number];

/** A depot that answers when it is told to. */
interface Depot {
  readonly upstream: Upstream;
  readonly asked: CallOptions[];
  readonly isCancelled: () => boolean;
  readonly say: (json: JsonObject, headers?: Readonly<Record<string, string>>) => void;
  readonly fail: (code: number, message: string) => void;
}

describe("a method that several services answer together", () => {
  let contract: Contract;

  before(async function () {
    this.timeout(30_000);
    contract = loadContract(await buildImage(new URL("./fixtures/contract", import.meta.url)));
  });

  function openDepot(name: DepotName): Depot {
    const { output } = contract.method("lab.v1.ParcelService/Trace");
    const { promise, resolve, reject } = Promise.withResolvers<UnaryAnswer>();
    const asked: CallOptions[] = [];
    let cancelled = false;
    const fail = (code: number, message: string) => reject(new UpstreamError(code, message, undefined));
    return {
      asked,
      isCancelled: () => cancelled,
      say: (json, headers = {}) => {
        const message = fromJson(output, { depot: name, ...json }, { registry: contract.registry });
        resolve({ message: Buffer.from(toBinary(output, message)), headers });
      },
      fail,
      upstream: {
        address: name,
        unary: (_request, options) => {
          asked.push(options);
          const cancel = () => {
            cancelled = true;
            fail(CANCELLED, "cancelled");
          };
          return { answer: promise, cancel };
        },
        stream: () => {
          throw new Error("no depot streams");
        },
        reachable: async () => true,
        close: () => {},
      },
    };
  }

  interface World {
    readonly edge: Edge;
    readonly depot: Readonly<Record<DepotName, Depot>>;
    readonly ask: (line?: string) => Promise<Answer>;
  }

  function openWorld(without: readonly DepotName[] = []): World {
    const depot = { North: openDepot("North"), South: openDepot("South"), West: openDepot("West") };
    const there = depots.filter((name) => !without.includes(name));
    const edge = createEdge({
      contract,
      upstreams: new Map(there.map((name) => [`lab.v1.${name}Service`, depot[name].upstream])),
      asksKeys: false,
      maxBodyBytes: 1024,
      maxUriBytes: 1024,
      pages: async () => undefined,
      cors: createCors([]),
      observe: createObserve(noTelemetry(), silentLog),
      log: silentLog,
    });
    const ask = async (line = "GET /v1/parcels/p1") => read(await edge.handle(edgeRequest(line)));
    return { edge, depot, ask };
  }

  it("asks all of them at once, each by its own method, with the same deadline and headers", async () => {
    const { depot, ask } = openWorld();
    const answer = ask();
    // Nobody has answered yet, and all are asked within the tasks that are due.
    await new Promise(setImmediate);
    expect(depots.map((name) => depot[name].asked.map(({ path }) => path))).to.deep.equal([
      ["/lab.v1.NorthService/Trace"],
      ["/lab.v1.SouthService/Trace"],
      ["/lab.v1.WestService/Trace"],
    ]);
    const [first, ...others] = depots.map((name) => depot[name].asked[0]);
    for (const other of others) expect({ ...other, path: "" }).to.deep.equal({ ...first, path: "" });
    for (const name of depots) depot[name].say({ state: "NEVER_SEEN" });
    expect((await answer).status).to.equal(200);
  });

  it("gives the answer that knows most, with its headers and whatever messages it carries", async () => {
    const { depot, ask } = openWorld();
    depot.North.say({ state: "NEVER_SEEN" });
    const goods = { "@type": "type.googleapis.com/lab.v1.TraceRequest", id: "inside" };
    depot.South.say({ state: "ON_THE_WAY", goods }, { etag: '"s"' });
    depot.West.say({ state: "STATE_UNSPECIFIED" });
    const answer = await ask("GET /v1/post/p1");
    expect(answer.json).to.deep.equal({ state: "ON_THE_WAY", depot: "South", goods });
    expect(answer.headers["etag"]).to.equal('"s"');
  });

  it("answers as soon as one of them knows everything, and cancels the others", async () => {
    const { depot, ask } = openWorld();
    depot.South.say({ state: "DELIVERED", damage: { code: 5, message: "lost" } });
    const { status, json } = await ask();
    expect([status, json["depot"], json["damage"]]).to.deep.equal([
      200,
      "South",
      { code: 5, message: "lost", details: [] },
    ]);
    expect([depot.North.isCancelled(), depot.West.isCancelled()]).to.deep.equal([true, true]);
  });

  it("does not say that nobody knows while one of them cannot be asked", async () => {
    const { depot, ask } = openWorld();
    depot.North.say({ state: "NEVER_SEEN" });
    depot.South.fail(UNAVAILABLE, "down");
    depot.West.say({ state: "ON_THE_WAY" });
    const { status, json } = await ask();
    expect([status, json["code"]]).to.deep.equal([503, "UNAVAILABLE"]);
  });

  it("does answer when one of them cannot be asked and another knows everything", async () => {
    const { depot, ask } = openWorld();
    depot.South.fail(UNAVAILABLE, "down");
    depot.North.fail(PERMISSION_DENIED, "not yours");
    const answer = ask();
    await new Promise(setImmediate);
    depot.West.say({ state: "DELIVERED" });
    expect((await answer).json["depot"]).to.equal("West");
  });

  it("answers clients of Connect and gRPC-Web by the same rule", async () => {
    const { edge, depot } = openWorld();
    const rpc = edge.rpcs.find(({ method }) => method.fullName === "lab.v1.ParcelService/Trace");
    depot.North.say({ state: "NEVER_SEEN" });
    depot.South.say({ state: "ON_THE_WAY" });
    depot.West.say({ state: "NEVER_SEEN" });
    const caller: RpcCaller = {
      request: edgeRequest("POST /lab.v1.ParcelService/Trace"),
      signal: new AbortController().signal,
      timeoutMs: undefined,
      problems: [],
      setHeader: () => {},
    };
    const answer = await rpc?.unary(create(contract.method("lab.v1.ParcelService/Trace").input, { id: "p1" }), caller);
    expect(answer?.message).to.include({ depot: "South" });
  });

  it("is not offered where one of those that it asks has no address", async () => {
    const { edge, ask } = openWorld(["West"]);
    expect((await ask()).status).to.equal(404);
    expect(edge.rpcs).to.deep.equal([]);
  });

  it("tells every caller to leave when the client leaves", async () => {
    const { edge, depot } = openWorld();
    let leave: () => void = () => {};
    const answer = edge.handle({
      ...edgeRequest("GET /v1/parcels/p1"),
      onLeave: (callback) => {
        leave = callback;
      },
    });
    await new Promise(setImmediate);
    leave();
    expect((await answer).status).to.equal(499);
    expect(depots.map((name) => depot[name].isCancelled())).to.deep.equal([true, true, true]);
  });

  describe("chooses", () => {
    const rank = (number: number, name = ""): Heard => ({
      answer: { message: Buffer.alloc(0), headers: { name } },
      rank: number,
    });
    const error: Heard = { error: new Error("away") };
    const cases: readonly (readonly [string, readonly Heard[], number])[] = [
      ["the highest number", [rank(1), rank(3), rank(2)], 1],
      ["the first of equal ones", [rank(2, "a"), rank(2, "b")], 0],
      ["an error over what does not know everything", [rank(4), error, rank(1)], 1],
      ["what knows everything over an error", [error, rank(5), rank(1)], 1],
      ["a number that it does not know yet as one that knows everything", [error, rank(7)], 1],
      ["the first of several errors", [{ error: new Error("first") }, error], 0],
    ];
    for (const [what, heard, chosen] of cases) {
      it(what, () => {
        expect(bestOf(heard, 5)).to.equal(heard[chosen]);
      });
    }
  });
});
