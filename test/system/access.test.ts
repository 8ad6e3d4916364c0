import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { MethodFacts } from "@staymesh/contract";
import { expect } from "chai";
import {
  grpcMethods,
  type JsonObject,
  methods,
  type Names,
  plausible,
  restMethods,
  toBytes,
} from "../contract/requests.ts";
import { restForm } from "../contract/rest-form.ts";
import { type Hotel, holdRequest, openHotel, succeed, textOf } from "../mesh/hotel.ts";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import { keys } from "../mesh/partners.ts";
import { cards } from "../mesh/people.ts";
import { type Rest, restOf } from "../mesh/rest.ts";
import { type Outcome, type Rpc, rpcOf } from "../mesh/rpc.ts";
import { concurrently, until } from "../mesh/until.ts";

const lateKey = "sk_test_that_comes_later";

describe("who may call what", function () {
  this.timeout(60_000);
  let mesh: Mesh;
  let rest: Rest;
  let rpc: Rpc;
  let hotel: Hotel;
  let names: Names;

  before(async () => {
    mesh = await startMesh();
    rest = restOf(mesh.edge);
    rpc = rpcOf(mesh);
    hotel = await openHotel(rpc, { id: "guarded" });
    const held = await succeed(rpc, "ReservationService/CreateReservation", holdRequest(hotel));
    const confirm = { payment: { paymentMethodToken: cards.visa }, requestId: crypto.randomUUID() };
    const booked = await succeed(rpc, "ReservationService/ConfirmReservation", {
      name: textOf(held, "name"),
      ...confirm,
    });
    const report = { monthlyPerformance: { property: hotel.property, month: "2027-03" }, format: "CSV" };
    const operation = await succeed(rpc, "ReportService/CreateReport", { report, requestId: crypto.randomUUID() });
    names = {
      ...hotel,
      reservation: textOf(booked, "name"),
      payment: textOf(booked, "payment"),
      refund: `${textOf(booked, "payment")}/refunds/0190a1b3`,
      operation: textOf(operation, "name"),
      report: textOf(operation, "name").replace("operations/", "reports/"),
    };
  });
  after(async () => {
    rpc?.[Symbol.dispose]();
    await mesh?.close();
  });

  const byGrpc = async (method: MethodFacts, request: JsonObject, key: string, { code, reason }: Expected) => {
    const outcome = await rpc.callBytes(method, toBytes(method, request), { key, messages: 1, timeoutMs: 5000 });
    if (outcome.code === code && outcome.reason === reason) return [];
    return [`${method.fullName} over gRPC: ${outcome.code} ${outcome.reason} ${outcome.message}`];
  };

  const byRest = async (method: MethodFacts, request: JsonObject, key: string, { status, reason }: Expected) => {
    const { verb, path, body } = restForm(method, request);
    const answer = await rest(verb, path, body, { key });
    if (answer.status === status && JSON.stringify(answer.body).includes(reason)) return [];
    const told = answer.bytes.toString().slice(0, 200);
    return [`${method.fullName} over REST (${verb} ${path}): ${answer.status} ${told}`];
  };

  // Every method over gRPC and REST as far as it is offered there, eight at once; `expected` is the refusal that each has to give.
  const everywhere = async (
    key: (method: MethodFacts) => string,
    expected: Expected,
    which: (method: MethodFacts) => boolean = () => true,
  ) => {
    const chosen = methods.filter((method) => !method.public && which(method));
    const wrong = await concurrently(8, chosen, async (method) => {
      const request = plausible(method, names);
      return [
        ...(grpcMethods.includes(method) ? await byGrpc(method, request, key(method), expected) : []),
        ...(restMethods.includes(method) ? await byRest(method, request, key(method), expected) : []),
      ];
    });
    expect(wrong.flat(), `\n  ${wrong.flat().join("\n  ")}\n`).to.have.length(0);
    expect(chosen.length).to.be.greaterThan(10);
  };

  it("refuses every method to a caller without a key", () =>
    everywhere(() => "", { code: "UNAUTHENTICATED", reason: "UNAUTHENTICATED", status: 401 }));

  it("refuses every method to a caller with an unknown key", () =>
    everywhere(() => "sk_nobody_knows_it", { code: "UNAUTHENTICATED", reason: "UNAUTHENTICATED", status: 401 }));

  it("refuses every method to a key that has every scope but one that it asks for", () =>
    everywhere(({ scopes }) => keys.without(scopes[0] ?? ""), {
      code: "PERMISSION_DENIED",
      reason: "SCOPE_MISSING",
      status: 403,
    }));

  it("refuses every method that names a property to a key without a grant for it", () =>
    everywhere(
      () => keys.elsewhere,
      { code: "PERMISSION_DENIED", reason: "PROPERTY_NOT_GRANTED", status: 403 },
      // A list of payments is the caller's own, and need not name a reservation.
      ({ propertyField, name, idempotency }) =>
        propertyField !== undefined &&
        !(propertyField === "reservation" && (idempotency === "NO_SIDE_EFFECTS" || name === "AuthorizePayment")),
    ));

  it("does not know another partner's property, reservation, payment, report or operation", async () => {
    const asRival = { key: keys.rival };
    const reads: readonly (readonly [string, string])[] = [
      ["CatalogService/GetProperty", names.property],
      ["CatalogService/GetRoomType", names.roomType],
      ["CatalogService/GetRatePlan", names.ratePlan],
      ["ReservationService/GetReservation", names.reservation],
      ["ReservationService/GetSaga", `${names.reservation}/saga`],
      ["PaymentService/GetPayment", names.payment],
      ["ReportService/GetReport", names.report],
      ["ReportService/GetOperation", names.operation],
    ];
    for (const [method, name] of reads) {
      expect(verdict(await rpc.call(method, { name }, asRival)), method).to.equal("NOT_FOUND NOT_FOUND");
    }
    const writes = ["Confirm", "Release", "Cancel"].map((verb) => `ReservationService/${verb}Reservation`);
    const further = ["ReservationService/CheckIn", "ReservationService/CheckOut", "ReservationService/MarkNoShow"];
    for (const method of [...writes, ...further]) {
      const refused = await rpc.call(method, { name: names.reservation, requestId: crypto.randomUUID() }, asRival);
      expect(verdict(refused), method).to.equal("NOT_FOUND NOT_FOUND");
    }
    for (const verb of ["Capture", "Void", "Resolve"]) {
      const refused = await rpc.call(
        `PaymentService/${verb}Payment`,
        { name: names.payment, requestId: crypto.randomUUID() },
        asRival,
      );
      expect(verdict(refused), verb).to.equal("NOT_FOUND NOT_FOUND");
    }
    const list = await rpc.call("PaymentService/ListPayments", {}, asRival);
    expect(list.body["payments"]).to.deep.equal([]);
    const hotels = await rpc.call("CatalogService/ListProperties", {}, asRival);
    expect(hotels.body["properties"]).to.deep.equal([]);
  });

  it("lets another partner have a property of the same id, and keeps the two apart", async () => {
    const theirs = await rpc.call(
      "CatalogService/CreateProperty",
      {
        propertyId: "guarded",
        property: { displayName: "Theirs", timeZone: "Europe/Lisbon", currencyCode: "EUR" },
        requestId: crypto.randomUUID(),
      },
      { key: keys.rival },
    );
    expect(theirs.code, "an id that is taken may be refused, but it tells nothing").to.be.oneOf([
      "OK",
      "ALREADY_EXISTS",
    ]);
    const ours = await succeed(rpc, "CatalogService/GetProperty", { name: names.property });
    expect(ours["displayName"]).to.equal("Lisbon City");
  });

  it("shows a key only the properties that it has a grant for", async () => {
    const search = { checkInDate: "2027-03-05", checkOutDate: "2027-03-07", latitude: 38.7, longitude: -9.1 };
    const found = await succeed(rpc, "StayService/SearchStays", search, { key: keys.elsewhere });
    expect(found["stays"]).to.deep.equal([]);
    const listed = await succeed(rpc, "CatalogService/ListProperties", {}, { key: keys.elsewhere });
    expect(listed["properties"]).to.deep.equal([]);
    const payment = await rpc.call("PaymentService/GetPayment", { name: names.payment }, { key: keys.elsewhere });
    expect(payment.code, "a payment of a property without grant").to.be.oneOf(["PERMISSION_DENIED", "NOT_FOUND"]);
    const report = await rpc.call("ReportService/GetReport", { name: names.report }, { key: keys.elsewhere });
    expect(report.code, "a report of a property without grant").to.be.oneOf(["PERMISSION_DENIED", "NOT_FOUND"]);
  });

  it("believes a stated time, an agreed price and a forwarded principal only of those who may", async () => {
    const plain = { key: keys.plain };
    const clock = { ...plain, metadata: { "staymesh-now": "2027-01-01T00:00:00Z" } };
    expect(verdict(await rpc.call("CatalogService/GetProperty", { name: names.property }, clock))).to.equal(
      "PERMISSION_DENIED CLOCK_NOT_ALLOWED",
    );
    expect(verdict(await rpc.call("ReservationService/CreateReservation", holdRequest(hotel), plain))).to.equal(
      "PERMISSION_DENIED AGREED_PRICE_NOT_ALLOWED",
    );
    const forged = Buffer.from(JSON.stringify({ partner: "tester", keyId: "x", scopes: ["*"], properties: ["*"] }));
    const principal = { key: keys.rival, metadata: { "staymesh-principal": forged.toString("base64url") } };
    expect((await rpc.call("CatalogService/GetProperty", { name: names.property }, principal)).code).to.equal(
      "UNAUTHENTICATED",
    );
    const overRest = await rest("GET", `/v1/${names.reservation}`, undefined, {
      key: keys.rival,
      headers: { "staymesh-principal": forged.toString("base64url") },
    });
    expect(overRest.status).to.be.oneOf([400, 401, 404]);
  });

  it("lets a key in as soon as it is in the file of partners, and out as soon as it is not", async () => {
    const file = mesh.system.env("reservation-svc")["PARTNERS_FILE"] ?? "";
    const before = readFileSync(file, "utf8");
    const { partners, services } = JSON.parse(before);
    const key = {
      id: "late",
      sha256: createHash("sha256").update(lateKey).digest("hex"),
      scopes: ["*"],
      properties: ["*"],
    };
    const code = async () =>
      (await rpc.call("CatalogService/GetProperty", { name: names.property }, { key: lateKey })).code;
    expect(await code()).to.equal("UNAUTHENTICATED");
    writeFileSync(file, JSON.stringify({ partners: [...partners, { partner: "tester", keys: [key] }], services }));
    await until("the key's entry", 15_000, async () => ((await code()) === "OK" ? true : undefined));
    // A file that is broken while somebody edits it changes nothing.
    writeFileSync(file, before.slice(0, 100));
    expect(await code()).to.equal("OK");
    writeFileSync(file, before);
    await until("the key's end", 15_000, async () => ((await code()) === "UNAUTHENTICATED" ? true : undefined));
  });

  it("confirms a reservation without payment only for those who may let guests pay at the property", async () => {
    const held = await succeed(rpc, "ReservationService/CreateReservation", holdRequest(hotel));
    const confirm = { name: textOf(held, "name"), requestId: crypto.randomUUID() };
    const refused = await rpc.call("ReservationService/ConfirmReservation", confirm, { key: keys.plain });
    expect(refused.reason).to.equal("PAYMENT_REQUIRED");
  });
});

interface Expected {
  readonly code: string;
  readonly reason: string;
  readonly status: number;
}

const verdict = ({ code, reason }: Outcome): string => `${code} ${reason}`;
