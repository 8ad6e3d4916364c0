import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "./architecture/sources.ts";
import { bookWithPackage } from "./compat/client-package.ts";
import { startEdge } from "./compat/edge-beside.ts";
import { hold, playFlow, quoteOf } from "./compat/flow.ts";
import { changed } from "./compat/future.ts";
import { checkOut, imageFile, type OldSource, releasedContract, releases } from "./compat/releases.ts";
import { restRpc } from "./compat/rest-rpc.ts";
import { contract } from "./contract/requests.ts";
import { openHotel, succeed, textOf } from "./mesh/hotel.ts";
import { keys, testKeys } from "./mesh/partners.ts";
import { cards } from "./mesh/people.ts";
import { rpcOf } from "./mesh/rpc.ts";
import { type System, startSystem } from "./support/system.ts";

const newest = releases.at(-1);
if (newest === undefined) throw new Error("Nothing was released yet.");
const old = releasedContract(newest);

/** Every service of a contract at the address of the process that offers it. */
const upstreamsOf = (known: typeof contract, system: System): string =>
  known.services
    .flatMap(({ name }) => {
      const address = Object.entries(system.addresses).find(([owner]) => name.startsWith(`staymesh.${owner}.`))?.[1];
      return address === undefined ? [] : [`${name}=${address}`];
    })
    .join(",");

describe(`old and new together: ${newest.version} and what is here`, function () {
  this.timeout(120_000);
  let system: System;
  let source: OldSource;
  let former: System | undefined;

  before(async () => {
    const starting = startSystem({ keys: testKeys });
    source = await checkOut(newest);
    if (!("missing" in source)) former = await startSystem({ keys: testKeys, source: source.source });
    system = await starting;
  });
  after(async () => {
    await former?.stop();
    await system?.stop();
  });

  for (const release of releases) {
    it(`lets a gRPC client of ${release.version} do what it always did`, async () => {
      using rpc = rpcOf({ grpc: system.addresses }, releasedContract(release));
      await playFlow(rpc);
    });

    it(`lets a REST client of ${release.version} do what it always did`, async () => {
      await playFlow(restRpc(system.baseUrl, releasedContract(release)));
    });
  }

  it("serves old clients through an edge that still has the old contract", async () => {
    const env = { DESCRIPTOR_IMAGE: imageFile(newest), UPSTREAMS: upstreamsOf(old, system) };
    await using edge = await startEdge(system, env);
    await playFlow(restRpc(edge.baseUrl, old));
  });

  it("refuses a write of a newer client whose new field would be lost, and names the field", async () => {
    const newer = changed(contract, ({ add }) => add("CreatePropertyRequest", { name: "mood", number: 999 }));
    const id = `newer-${randomUUID().slice(0, 8)}`;
    const named = { displayName: "Lisbon City", timeZone: "Europe/Lisbon", currencyCode: "EUR" };
    const request = { propertyId: id, property: named, requestId: randomUUID(), mood: "sunny" };
    using rpc = rpcOf({ grpc: system.addresses }, newer);
    // On the wire a field has no name; in JSON it has nothing else.
    for (const [carrier, field] of [[rpc, "#999"] as const, [restRpc(system.baseUrl, newer), "mood"] as const]) {
      const outcome = await carrier.call("CatalogService/CreateProperty", request);
      expect([outcome.code, outcome.reason]).to.deep.equal(["INVALID_ARGUMENT", "INVALID_REQUEST"]);
      expect(outcome.violations.map((one) => one.field)).to.deep.equal([field]);
      const read = await carrier.call("CatalogService/GetProperty", { name: `properties/${id}` });
      expect(read.code).to.equal("NOT_FOUND");
    }
    const { mood: _, ...known } = request;
    expect((await rpc.call("CatalogService/CreateProperty", known)).code).to.equal("OK");
  });

  describe("with the services of the release", () => {
    before(function () {
      if (!("missing" in source)) return;
      console.log(`      ${source.missing}`);
      this.skip();
    });

    const then = (): System => {
      if (former === undefined) throw new Error("The old services do not run.");
      return former;
    };

    it("lets a new gRPC client do what the old contract has", async () => {
      using rpc = rpcOf({ grpc: then().addresses });
      await playFlow(rpc);
    });

    it("lets a new REST client work through the old edge", async () => {
      await playFlow(restRpc(then().baseUrl, contract));
    });

    it("is reached by a new edge", async () => {
      await using edge = await startEdge(then(), { UPSTREAMS: upstreamsOf(contract, then()) });
      await playFlow(restRpc(edge.baseUrl, contract));
    });

    it("has an edge that reaches new services", async () => {
      const folder = "missing" in source ? "" : join(source.tree, "services/edge-rest");
      const env = { UPSTREAMS: upstreamsOf(old, system) };
      await using edge = await startEdge(system, env, { folder, script: "src/main.ts" });
      await playFlow(restRpc(edge.baseUrl, old));
    });

    it("has a client package that books at today's edge, as today's books at the old one", async () => {
      if ("missing" in source) return;
      for (const [tree, at] of [[source.tree, system] as const, [root, then()] as const]) {
        using rpc = rpcOf({ grpc: at.addresses });
        const { property } = await openHotel(rpc, { capacity: 10 });
        const told = await bookWithPackage(tree, at.baseUrl, keys.all, property);
        expect(told).to.include({ held: "HELD", confirmed: "CONFIRMED", cancelled: "CANCELLED", same: true });
        expect(told["heard"]).to.deep.equal(["reservation.held", "reservation.cancelled"]);
      }
    });

    it("goes on while one service after the other is upgraded, and one is taken back", async () => {
      if ("missing" in source) return;
      using rpc = rpcOf({ grpc: then().addresses }, old);
      const hotel = await openHotel(rpc);
      const held = await hold(rpc, hotel, await quoteOf(rpc, hotel));
      const write = (name: string, more = {}) =>
        succeed(rpc, `ReservationService/${name}`, { name: textOf(held, "name"), requestId: randomUUID(), ...more });
      await then().upgrade("payment-svc");
      // What the old service holds is paid at the new one.
      const confirmed = await write("ConfirmReservation", { payment: { paymentMethodToken: cards.visa } });
      expect(confirmed).to.include({ state: "CONFIRMED" });
      await playFlow(rpc);
      await then().upgrade("reservation-svc");
      await then().upgrade("payment-svc", source.source);
      expect(await write("CancelReservation")).to.include({ state: "CANCELLED" });
      await playFlow(rpc);
    });
  });
});
