import { execFile, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client, credentials } from "@grpc/grpc-js";
import { expect } from "chai";
import { type JsonObject, methods } from "../contract/requests.ts";
import { countsOf, described, type Hotel, holdRequest, listOf, openHotel, succeed, textOf } from "../mesh/hotel.ts";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import { keys } from "../mesh/partners.ts";
import { cards, guest } from "../mesh/people.ts";
import { type Rpc, rpcOf } from "../mesh/rpc.ts";
import { until } from "../mesh/until.ts";

// HealthCheckResponse.status is its field 1.
const healthOf = (address: string): Promise<string> => {
  const client = new Client(address, credentials.createInsecure());
  const bytes = (value: Buffer) => value;
  return new Promise<string>((resolve, reject) => {
    client.makeUnaryRequest("/grpc.health.v1.Health/Check", bytes, bytes, Buffer.alloc(0), (error, answer) => {
      if (error !== null) reject(error);
      else resolve(answer?.equals(Buffer.from([8, 1])) === true ? "SERVING" : String(answer?.toString("hex")));
    });
  }).finally(() => client.close());
};

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
const stay = { checkInDate: "2027-03-05", checkOutDate: "2027-03-07" };

describe("the booking flow over gRPC", function () {
  this.timeout(60_000);
  let mesh: Mesh;
  let rpc: Rpc;
  let hotel: Hotel;

  before(async () => {
    mesh = await startMesh({ processes: ["bank", "payment-svc", "reservation-svc"] });
    rpc = rpcOf(mesh);
    hotel = await openHotel(rpc);
  });
  after(async () => {
    rpc?.[Symbol.dispose]();
    await mesh?.close();
  });

  const write = (name: string, request: JsonObject) => succeed(rpc, name, { requestId: randomUUID(), ...request });
  const hold = async (options = {}) =>
    textOf(await succeed(rpc, "ReservationService/CreateReservation", holdRequest(hotel, options)), "name");
  const confirm = (name: string, card: string) =>
    rpc.call("ReservationService/ConfirmReservation", {
      ...{ name, requestId: randomUUID() },
      payment: { paymentMethodToken: card },
    });
  // The money is taken right after the confirmation, which does not wait for it.
  const settled = (name: string) =>
    until("the payment's end", 30_000, async () => {
      const now = await succeed(rpc, "ReservationService/GetReservation", { name });
      const open = ["PROCESSING", "AUTHORIZED"].includes(String(now["paymentState"]));
      return open ? undefined : now;
    });
  const paymentsOf = async (reservation: string) =>
    listOf(await succeed(rpc, "PaymentService/ListPayments", { reservation }), "payments");

  it("searches, quotes, holds, pays, and cancels", async () => {
    const where = { latitude: 38.7, longitude: -9.1, radiusMeters: 10_000 };
    const found = await succeed(rpc, "StayService/SearchStays", { ...where, ...stay, adults: 2 });
    const [offer] = listOf(listOf(found, "stays")[0] ?? {}, "offers");
    expect(offer?.["total"]).to.deep.equal({ currencyCode: "EUR", minorUnits: "25800" });
    const rooms = [{ roomType: hotel.roomType, ratePlan: hotel.ratePlan, adults: 2 }];
    const quote = await succeed(rpc, "StayService/CreateQuote", { parent: hotel.property, ...stay, rooms });
    const held = await write("ReservationService/CreateReservation", {
      parent: hotel.property,
      reservation: { quoteToken: textOf(quote, "quoteToken"), booker: { ...guest }, externalReference: "grpc-1" },
      holdDuration: "900s",
    });
    expect(held["state"]).to.equal("HELD");
    const confirmed = await confirm(textOf(held, "name"), cards.visa);
    expect(confirmed.body["state"], described(confirmed)).to.equal("CONFIRMED");
    await settled(textOf(held, "name"));
    const payment = await succeed(rpc, "PaymentService/GetPayment", { name: textOf(confirmed.body, "payment") });
    expect(payment).to.include({ state: "CAPTURED", reservation: held["name"] });
    const cancelled = await write("ReservationService/CancelReservation", { name: textOf(held, "name") });
    expect(cancelled["state"]).to.equal("CANCELLED");
  });

  it("gives an answer that was lost on its way from the bank: confirmed, and paid once", async () => {
    const name = await hold();
    const answer = await confirm(name, cards.timeout);
    expect(answer.code, described(answer)).to.equal("OK");
    expect(answer.body["state"]).to.be.oneOf(["HELD", "CONFIRMED"]);
    const now = await settled(name);
    expect(now).to.include({ state: "CONFIRMED", paymentState: "CAPTURED" });
    expect(await paymentsOf(name)).to.have.length(1);
  });

  it("waits for a pending payment without letting the hold lapse, and confirms it", async () => {
    const name = await hold();
    const answer = await confirm(name, cards.pending);
    expect(answer.body, described(answer)).to.include({ state: "HELD", paymentState: "PROCESSING" });
    expect(await settled(name)).to.include({ state: "CONFIRMED", paymentState: "CAPTURED" });
  });

  it("sends a guest to the bank who has to act, and confirms once they have", async () => {
    const name = await hold();
    const answer = await confirm(name, cards.threeDs);
    expect(answer.body, described(answer)).to.include({ state: "HELD", paymentState: "REQUIRES_ACTION" });
    const url = textOf(answer.body, "nextActionUrl");
    const approved = await fetch(url, { method: "POST", body: new URLSearchParams({ outcome: "approve" }) });
    expect(approved.status).to.equal(200);
    const now = await until("the confirmation", 30_000, async () => {
      const read = await succeed(rpc, "ReservationService/GetReservation", { name });
      return read["state"] === "CONFIRMED" ? read : undefined;
    });
    expect(now["nextActionUrl"]).to.equal("");
  });

  it("charges nothing where the bank never got the call, and lets the guest try again", async () => {
    const name = await hold();
    const answer = await confirm(name, cards.drop);
    if (answer.code === "OK") await settled(name);
    else expect(answer.reason, described(answer)).to.equal("PAYMENT_FAILED");
    const held = await settled(name);
    expect(held["state"]).to.equal("HELD");
    const again = await confirm(name, cards.visa);
    expect(again.body["state"], described(again)).to.equal("CONFIRMED");
    await settled(name);
    const live = (await paymentsOf(name)).filter(({ state }) => state === "CAPTURED");
    expect(live).to.have.length(1);
  });

  it("takes one of two confirmations with different cards at the same time", async () => {
    const name = await hold();
    const answers = await Promise.all([
      confirm(name, cards.visa),
      confirm(name, cards.visa),
      confirm(name, cards.visa),
    ]);
    const ends = answers.map(({ code, reason }) => (code === "OK" ? "OK" : reason));
    expect(ends.filter((end) => !["OK", "PAYMENT_IN_PROGRESS", "INVALID_STATE"].includes(end))).to.deep.equal([]);
    expect(ends.filter((end) => end === "OK")).to.have.length.of.at.least(1);
    await settled(name);
    expect((await paymentsOf(name)).filter(({ state }) => state === "CAPTURED")).to.have.length(1);
  });

  it("ends whole when a release meets a confirmation", async () => {
    for (let time = 0; time < 10; time += 1) {
      const name = await hold({ checkInDate: "2027-04-10", checkOutDate: "2027-04-11" });
      const [confirmed, released] = await Promise.all([
        confirm(name, cards.visa),
        rpc.call("ReservationService/ReleaseReservation", { name, requestId: randomUUID() }),
      ]);
      const now = await settled(name);
      const live = async () =>
        (await paymentsOf(name)).filter(({ state }) => state === "CAPTURED" || state === "AUTHORIZED");
      if (now["state"] === "CONFIRMED") {
        expect(released.code, described(released)).to.not.equal("OK");
        expect(await live()).to.have.length(1);
      } else {
        expect(now["state"], described(confirmed)).to.equal("RELEASED");
        await until("the money's return", 20_000, async () => ((await live()).length === 0 ? true : undefined));
      }
    }
    const [night] = await countsOf(rpc, hotel, "2027-04-10", "2027-04-11");
    expect(night?.["held"]).to.equal(0);
  });

  it("gives rooms back when a hold lapses, and refuses to confirm it", async () => {
    const request = {
      ...holdRequest(hotel, { checkInDate: "2027-04-20", checkOutDate: "2027-04-21" }),
      holdDuration: "1s",
    };
    const name = textOf(await succeed(rpc, "ReservationService/CreateReservation", request), "name");
    await until("the lapse", 20_000, async () => {
      const [night] = await countsOf(rpc, hotel, "2027-04-20", "2027-04-21");
      return night?.["held"] === 0 ? true : undefined;
    });
    expect((await succeed(rpc, "ReservationService/GetReservation", { name }))["state"]).to.equal("EXPIRED");
    const late = await confirm(name, cards.visa);
    expect(late.reason, described(late)).to.equal("HOLD_EXPIRED");
    expect(await paymentsOf(name)).to.deep.equal([]);
  });

  it("finds at once what was just sold, given back, put on sale or taken off it", async () => {
    const own = await openHotel(rpc, { capacity: 10 });
    const available = async () => {
      const found = await succeed(rpc, "StayService/SearchStays", { properties: [own.property], ...stay });
      return listOf(listOf(found, "stays")[0] ?? {}, "offers")[0]?.["available"];
    };
    const set = (change: JsonObject) =>
      write("InventoryService/BatchUpdateInventory", {
        parent: own.property,
        updates: [{ roomType: own.roomType, startDate: stay.checkInDate, endDate: stay.checkOutDate, ...change }],
      });
    expect(await available()).to.equal(10);
    const held = textOf(await succeed(rpc, "ReservationService/CreateReservation", holdRequest(own)), "name");
    expect(await available()).to.equal(9);
    await write("ReservationService/ReleaseReservation", { name: held });
    expect(await available()).to.equal(10);
    const sold = textOf(await succeed(rpc, "ReservationService/CreateReservation", holdRequest(own)), "name");
    await confirm(sold, cards.visa);
    expect(await available()).to.equal(9);
    await write("ReservationService/CancelReservation", { name: sold });
    expect(await available()).to.equal(10);
    await set({ capacity: 3 });
    expect(await available()).to.equal(3);
    await set({ stopSell: true });
    expect(await available()).to.equal(undefined);
    await set({ stopSell: false, closedToArrival: true });
    expect(await available()).to.equal(undefined);
    await set({ closedToArrival: false, minStayNights: 3 });
    expect(await available()).to.equal(undefined);
    await set({ minStayNights: 2 });
    expect(await available()).to.equal(3);
    await write("CatalogService/ArchiveRatePlan", { name: own.ratePlan });
    expect(await available()).to.equal(undefined);
  });

  it("streams every event of a property once and in order, from the beginning and from any place on", async () => {
    const own = await openHotel(rpc, { capacity: 50 });
    for (let count = 0; count < 5; count += 1) {
      const held = await succeed(rpc, "ReservationService/CreateReservation", holdRequest(own));
      await write("ReservationService/ReleaseReservation", { name: textOf(held, "name") });
    }
    const watch = (resumeToken: string, messages: number) =>
      rpc.call(
        "ReservationService/WatchReservations",
        { parent: own.property, resumeToken },
        { messages, timeoutMs: 20_000 },
      );
    const whole = await watch("0", 11);
    expect(whole.stream, described(whole)).to.have.length(11);
    const [place, ...told] = whole.stream;
    expect(place).to.have.all.keys("resumeToken");
    const events = told.map((item) => Object(item["event"]));
    expect(new Set(events.map(({ eventId }) => eventId)).size).to.equal(10);
    for (const ofOne of Map.groupBy(events, ({ reservation }) => reservation).values()) {
      expect(ofOne.map(({ sequence }) => sequence)).to.deep.equal(["1", "2"]);
      expect(ofOne.map(({ state }) => state)).to.deep.equal(["HELD", "RELEASED"]);
    }
    const rest = await watch(textOf(told[3] ?? {}, "resumeToken"), 7);
    expect(rest.stream.slice(1).map((item) => Object(item["event"]).eventId)).to.deep.equal(
      events.slice(4).map(({ eventId }) => eventId),
    );
  });

  it("exports the stays and every night's capacity of a period", async () => {
    const own = await openHotel(rpc, { capacity: 7 });
    const held = await succeed(rpc, "ReservationService/CreateReservation", holdRequest(own));
    await confirm(textOf(held, "name"), cards.visa);
    const period = { startDate: "2027-03-05", endDate: "2027-03-08" };
    const exported = await rpc.call("ReservationService/ExportStays", { parent: own.property, ...period });
    expect(exported.code, described(exported)).to.equal("OK");
    const nights = exported.stream.flatMap((item) => ("night" in item ? [Object(item["night"])] : []));
    expect(nights.map(({ date, capacity, sold }) => [date, capacity, sold])).to.deep.equal([
      ["2027-03-05", 7, 1],
      ["2027-03-06", 7, 1],
      ["2027-03-07", 7, 0],
    ]);
    const stays = exported.stream.flatMap((item) => ("stay" in item ? [Object(item["stay"])] : []));
    expect(stays).to.have.length(1);
    expect(stays[0].nights.map((night: { revenue: { minorUnits: string } }) => night.revenue.minorUnits)).to.deep.equal(
      ["10000", "10000"],
    );
  });

  it("answers health checks, and reflection with every method of its services", async () => {
    const buf = join(root, "node_modules/.bin/buf");
    const schema = ["--protocol", "grpc", "--http2-prior-knowledge"];
    const call = (url: string, ...more: readonly string[]) =>
      run(buf, ["curl", ...schema, ...more, url], {
        cwd: root,
        env: { ...process.env, BUF_CACHE_DIR: join(root, "build/buf-cache") },
      });
    const base = `http://${mesh.grpc.reservation}`;
    for (const address of Object.values(mesh.grpc).slice(0, 2)) expect(await healthOf(address)).to.equal("SERVING");
    const { stdout } = await call(base, "--list-methods");
    const own = methods
      .filter(({ service }) => service.startsWith("staymesh.reservation."))
      .map(({ fullName }) => fullName);
    expect(stdout.split("\n")).to.include.members(own);
    const header = ["-H", `authorization: Bearer ${keys.all}`];
    const get = `${base}/staymesh.reservation.v1.CatalogService/GetProperty`;
    const read = await call(get, ...header, "-d", JSON.stringify({ name: hotel.property }));
    expect(JSON.parse(read.stdout).name).to.equal(hotel.property);
  });

  it("can be called from Python with nothing but the descriptor image", async function () {
    const python = ["/usr/bin/python3", "python3"].find((one) => spawnSync(one, ["-c", "import grpc"]).status === 0);
    // Debian's package python3-grpcio is not everywhere; where it is missing the runner has said so.
    if (python === undefined) return this.skip();
    const image = fileURLToPath(import.meta.resolve("@staymesh/proto/api.binpb"));
    const { reservation, payment } = mesh.grpc;
    const words = [keys.all, `python-${randomUUID().slice(0, 8)}`, guest.givenName, guest.familyName];
    const script = join(root, "test/system/python/flow.py");
    const { stdout } = await run(python, [script, image, reservation, payment, ...words], { timeout: 50_000 });
    expect(JSON.parse(stdout)).to.deep.equal({
      offer: { currencyCode: "EUR", minorUnits: "25800" },
      held: "HELD",
      confirmed: "CONFIRMED",
      payment: "CAPTURED",
      captured: { currencyCode: "EUR", minorUnits: "25800" },
      cancelled: "CANCELLED",
      refused: "FAILED_PRECONDITION",
    });
  });
});
