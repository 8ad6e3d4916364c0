import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { type BadRequest, refusedByRules, refusedByType, takenByRules } from "../contract/bad-values.ts";
import {
  grpcMethods,
  isObject,
  type JsonObject,
  methods,
  type Names,
  plausible,
  restMethods,
  someNames,
  toBytes,
} from "../contract/requests.ts";
import { restForm } from "../contract/rest-form.ts";
import { described, type Hotel, holdRequest, listOf, openHotel, succeed, textOf } from "../mesh/hotel.ts";
import { type Mesh, type ProcessName, processNames, startMesh } from "../mesh/mesh.ts";
import { seeded } from "../mesh/random.ts";
import { type Answer, type Rest, restOf } from "../mesh/rest.ts";
import { type Outcome, type Rpc, rpcOf } from "../mesh/rpc.ts";
import { concurrently } from "../mesh/until.ts";

describe("bad input", function () {
  this.timeout(90_000);
  let mesh: Mesh;
  let rest: Rest;
  let rpc: Rpc;
  let hotel: Hotel;
  let names: Names;
  let alive: readonly (readonly [ProcessName, number])[];

  before(async () => {
    mesh = await startMesh();
    rest = restOf(mesh.edge);
    rpc = rpcOf(mesh);
    hotel = await openHotel(rpc, { id: "fuzzed" });
    const held = await succeed(rpc, "ReservationService/CreateReservation", holdRequest(hotel));
    names = { ...someNames, ...hotel, reservation: textOf(held, "name") };
    alive = await Promise.all(processNames.map(async (name) => [name, await startTime(name)] as const));
  });
  after(async () => {
    rpc?.[Symbol.dispose]();
    await mesh?.close();
  });

  // When a process began, to two seconds; 0 where it has no metrics and can only say that it answers.
  const startTime = async (name: ProcessName): Promise<number> => {
    const url = name === "bank" ? mesh.bank.url : mesh.adminUrl(name);
    const health = await fetch(`${url}/healthz`);
    expect(health.status, name).to.equal(200);
    const page = name === "bank" ? "" : await (await fetch(`${url}/metrics`)).text();
    const uptime = /^process_uptime_seconds\S* (\S+)/m.exec(page)?.[1];
    if (name !== "bank") expect(Number(uptime), name).to.be.greaterThan(0);
    return uptime === undefined ? 0 : Date.now() / 1000 - Number(uptime);
  };

  const show = ({ method, place, value }: BadRequest) =>
    `${method.name} with ${place.path} = ${JSON.stringify(value).slice(0, 60)}`;
  const faults = new Set(["INTERNAL", "UNKNOWN", "UNAVAILABLE", "DATA_LOSS", "UNIMPLEMENTED", "RESOURCE_EXHAUSTED"]);
  const expectNone = (problems: readonly string[]) =>
    expect(problems, `\n  ${problems.slice(0, 40).join("\n  ")}\n`).to.have.length(0);
  const fields = ({ body }: Answer): readonly string[] =>
    listOf(body, "errors").map((error) => String(error["field"] ?? error["parameter"] ?? ""));
  // A stream that takes the request goes on, so that the first second is enough to see that.
  const quick = { timeoutMs: 5000, messages: 1 };

  it("over gRPC: a value that breaks a rule is INVALID_REQUEST and names its field", async () => {
    const bad = grpcMethods.flatMap((method) => refusedByRules(method, names));
    expect(bad.length).to.be.greaterThan(500);
    const wrong = await concurrently(16, bad, async (one) => {
      const outcome = await rpc.callBytes(one.method, toBytes(one.method, one.request), quick);
      const told = outcome.violations.some(({ field }) => field.startsWith(one.place.path));
      const right = outcome.code === "INVALID_ARGUMENT" && outcome.reason === "INVALID_REQUEST" && told;
      return right ? [] : [`${show(one)}: ${described(outcome)}`];
    });
    expectNone(wrong.flat());
  });

  it("over REST: the same values are 400 problems that name the field", async () => {
    const bad = restMethods.flatMap((method) => refusedByRules(method, names)).filter(isOwnPlace);
    expect(bad.length).to.be.greaterThan(300);
    const wrong = await concurrently(16, bad, async (one) => {
      const { verb, path, body } = restForm(one.method, one.request);
      const answer = await rest(verb, path, body);
      const named = fields(answer).some((field) => field.startsWith(one.place.path));
      if (answer.status === 400 && (named || isInPath(one))) return [];
      // A name of another shape is another path, and what is too long for a request line never gets in.
      const elsewhere = isInPath(one) && answer.status === 404 && isProblem(answer);
      const tooLong = path.length > 8000 && [414, 431].includes(answer.status);
      return elsewhere || tooLong ? [] : [`${show(one)}: ${verb} ${path.slice(0, 100)} ${words(answer)}`];
    });
    expectNone(wrong.flat());
  });

  it("over REST: values of another type are 400 problems that name the field", async () => {
    const bad = restMethods.flatMap((method) => refusedByType(method, names)).filter(inBody);
    expect(bad.length).to.be.greaterThan(300);
    const wrong = await concurrently(16, bad, async (one) => {
      const { verb, path, body } = restForm(one.method, one.request);
      const answer = await rest(verb, path, body);
      const named = fields(answer).some((field) =>
        field.startsWith(one.place.path.replace(/^\w+$/, one.place.leaf.name)),
      );
      return answer.status === 400 && named ? [] : [`${show(one)}: ${words(answer)}`];
    });
    expectNone(wrong.flat());
  });

  it("that the rules let pass ends in an answer or a typed refusal, never in a fault", async () => {
    const odd = grpcMethods.filter(isHarmless).flatMap((method) => takenByRules(method, names));
    expect(odd.length).to.be.greaterThan(100);
    const wrong = await concurrently(16, odd, async (one) => {
      const outcome = await rpc.callBytes(one.method, toBytes(one.method, one.request), { ...quick, timeoutMs: 8000 });
      return isFault(outcome) ? [`${show(one)}: ${described(outcome)}`] : [];
    });
    expectNone(wrong.flat());
  });

  it("over gRPC: garbage bytes, cut requests and flipped bits never end in a fault", async () => {
    const random = seeded(20_270_305);
    const byte = () => Math.floor(random() * 256);
    const attempts = grpcMethods.filter(isHarmless).flatMap((method) => {
      const good = toBytes(method, plausible(method, names));
      const noise = [1, 2, 7, 64, 300, 4000].map((size) => Buffer.from(Array.from({ length: size }, byte)));
      const cut = [1, 2, 3].map(() => good.subarray(0, Math.floor(random() * good.length)));
      const flipped = Array.from({ length: 12 }, () => {
        const copy = Buffer.from(good);
        if (copy.length > 0) copy[Math.floor(random() * copy.length)] = byte();
        return copy;
      });
      const unknown = [Buffer.concat([good, Buffer.from("b2f00a0474657374", "hex")])];
      return [...noise, ...cut, ...flipped, ...unknown].map((bytes) => ({ method, bytes }));
    });
    const wrong = await concurrently(16, attempts, async ({ method, bytes }) => {
      const outcome = await rpc.callBytes(method, bytes, quick);
      return isFault(outcome)
        ? [`${method.name} with ${bytes.toString("hex").slice(0, 200)}: ${described(outcome)}`]
        : [];
    });
    expectNone(wrong.flat());
  });

  it("over gRPC: a write with a field that the server does not know is refused, naming it", async () => {
    const writes = methods.filter(({ idempotency }) => idempotency !== "NO_SIDE_EFFECTS");
    const wrong = await concurrently(8, writes, async (method) => {
      const bytes = Buffer.concat([toBytes(method, plausible(method, names)), Buffer.from("b2f00a0474657374", "hex")]);
      const outcome = await rpc.callBytes(method, bytes);
      const told = outcome.violations.some(({ field }) => field.includes("#"));
      return outcome.code === "INVALID_ARGUMENT" && told ? [] : [`${method.name}: ${described(outcome)}`];
    });
    expectNone(wrong.flat());
  });

  it("over REST: bodies that are no request are refused on every route that takes one", async () => {
    const mebibyte = "x".repeat(1024 * 1024);
    const bodies: readonly (readonly [string, string | Uint8Array<ArrayBuffer>])[] = [
      ["1 MiB of garbage", mebibyte],
      ["1 MiB of JSON text", JSON.stringify(mebibyte)],
      ["half an object", '{"a":'],
      ["a list", "[]"],
      ["a number", "1"],
      ["100,000 brackets", "[".repeat(100_000)],
      ["nested objects", `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`],
      ["no UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
      ["an unknown field", '{"noSuchField":1}'],
      ["a prototype", '{"__proto__":{"admin":true}}'],
      ["a key twice", '{"validateOnly":true,"validateOnly":false}'],
    ];
    const writes = methods.filter(({ http }) => (http[0]?.body ?? "") !== "");
    const attempts = writes.flatMap((method) => bodies.map(([name, raw]) => ({ method, name, raw })));
    const wrong = await concurrently(8, attempts, async ({ method, name, raw }) => {
      const { verb, path } = restForm(method, plausible(method, names));
      const answer = await rest(verb, path, undefined, { raw, headers: { "content-type": "application/json" } });
      const refused = answer.status >= 400 && answer.status < 500 && isProblem(answer);
      return refused ? [] : [`${method.name} with ${name}: ${words(answer)}`];
    });
    expectNone(wrong.flat());
  });

  it("over REST: text that is no Unicode is a 400 problem, in the body and in the query", async () => {
    const lone = '{"displayName":"\\ud800","timeZone":"Europe/Lisbon","currencyCode":"EUR"}';
    const json = { "content-type": "application/json" };
    const created = await rest("POST", "/v1/properties?propertyId=lone", undefined, { raw: lone, headers: json });
    expect(created.status, words(created)).to.equal(400);
    const listed = await rest("GET", `/v1/${hotel.property}/reservations?filter=%ED%A0%80`);
    expect(listed.status, words(listed)).to.equal(400);
  });

  it("over REST: bad queries are 400 problems that name the parameter", async () => {
    const search = "/v1/stays:search?checkInDate=2027-03-05&checkOutDate=2027-03-07";
    const calendar = `/v1/${hotel.property}/calendar?startDate=2027-03-05&endDate=2027-03-07`;
    const cases: readonly (readonly [string, string])[] = [
      [`${search}&adults=-1`, "adults"],
      [`${search}&adults=two`, "adults"],
      [`${search}&adults=1.5`, "adults"],
      [`${search}&rooms=99999999999`, "rooms"],
      [`${search}&latitude=91&longitude=0`, "latitude"],
      [`${search}&latitude=north&longitude=0`, "latitude"],
      [`${search}&mealPlan=SUPPER`, "meal"],
      [`${search}&pageSize=-5`, "page"],
      [`${search}&latitude=38.7&longitude=-9.1&pageToken=made-up`, "page"],
      [`${search}&noSuchParameter=1`, "noSuchParameter"],
      ["/v1/stays:search?checkInDate=2027-02-30&checkOutDate=2027-03-07", "check_in_date"],
      ["/v1/stays:search?checkInDate=2027-13-01&checkOutDate=2027-03-07", "check_in_date"],
      ["/v1/stays:search?checkInDate=2027-03-07&checkOutDate=2027-03-05", "check_out_date"],
      ["/v1/stays:search?checkInDate=2027-03-07&checkOutDate=2027-03-07", "check_out_date"],
      ["/v1/stays:search?checkInDate=2027-03-05&checkOutDate=2029-03-05", "check_out_date"],
      [`${search}&latitude=38.7`, "longitude"],
      [`${calendar}&pageToken=made-up`, "page"],
      [`/v1/${hotel.property}/calendar?startDate=2027-03-07&endDate=2027-03-05`, "end_date"],
      [`/v1/${hotel.property}/calendar?startDate=2027-03-07`, "end_date"],
      [`/v1/${hotel.property}/reservations?filter=${encodeURIComponent("state ~ HELD")}`, "filter"],
      [`/v1/${hotel.property}/reservations?filter=${encodeURIComponent("1=1; DROP TABLE x")}`, "filter"],
      [`/v1/${hotel.property}/reservations?filter=${encodeURIComponent("state = NONE_SUCH")}`, "filter"],
      [`/v1/${hotel.property}/reservations?filter=${encodeURIComponent("check_in_date > 2027-02-30")}`, "filter"],
      [`/v1/${hotel.property}/reservations:watch?resumeToken=made-up`, "resume"],
    ];
    const wrong = await concurrently(8, cases, async ([path, place]) => {
      const answer = await rest("GET", path);
      const named = JSON.stringify(answer.body)
        .toLowerCase()
        .replaceAll("_", "")
        .includes(place.toLowerCase().replaceAll("_", ""));
      return answer.status === 400 && isProblem(answer) && named ? [] : [`${path}: ${words(answer)}`];
    });
    expectNone(wrong.flat());
  });

  it("over REST: what does not exist is 404, also where its name is odd", async () => {
    const cases = [
      "/v1/properties/no-such-hotel",
      "/v1/properties/no-such-hotel/calendar?startDate=2027-03-05&endDate=2027-03-07",
      "/v1/properties/no-such-hotel/reservations",
      `/v1/${hotel.property}/roomTypes/none`,
      `/v1/${hotel.property}/ratePlans/none`,
      `/v1/${hotel.property}/reservations/0190a1b2`,
      `/v1/${hotel.property}/reservations/0190a1b2-0000-7000-8000-000000000000`,
      `/v1/${hotel.property}/reservations/0190a1b2/saga`,
      "/v1/payments/0190a1b2",
      "/v1/payments/0190a1b2-0000-7000-8000-000000000000",
      "/v1/reports/0190a1b2",
      "/v1/operations/0190a1b2",
      "/v1/reports/0190a1b2:download",
      "/v1/no/such/route",
      "/v2/properties",
    ];
    const wrong = await concurrently(8, cases, async (path) => {
      const answer = await rest("GET", path);
      return answer.status === 404 && isProblem(answer) ? [] : [`${path}: ${words(answer)}`];
    });
    expectNone(wrong.flat());
    const odd = ["%00", "%ff", "%zz", "..%2f..", "%2e%2e", "a%20b", "UPPER", "x".repeat(5000)];
    const strange = await concurrently(8, odd, async (name) => {
      const answer = await rest("GET", `/v1/properties/${name}`);
      return answer.status >= 400 && answer.status < 500 ? [] : [`/v1/properties/${name}: ${words(answer)}`];
    });
    expectNone(strange.flat());
  });

  it("that is well formed and makes no sense is refused with its reason", async () => {
    // The other one has seen too much.
    hotel = await openHotel(rpc);
    const held = await succeed(rpc, "ReservationService/CreateReservation", holdRequest(hotel));
    names = { ...names, ...hotel, reservation: textOf(held, "name") };
    const must = async (name: string, request: JsonObject, code: string, place: string) => {
      const outcome = await rpc.call(name, { requestId: randomUUID(), ...request });
      const told = JSON.stringify([outcome.violations, outcome.message, outcome.facts]);
      return outcome.code === code && outcome.reason !== "" && told.includes(place)
        ? []
        : [`${name} ${JSON.stringify(request).slice(0, 200)}: ${described(outcome)}`];
    };
    const hold = (stay: JsonObject): JsonObject => {
      const request = holdRequest(hotel);
      return { ...request, reservation: { ...Object(request["reservation"]), ...stay } };
    };
    const room = (more: JsonObject) => ({
      rooms: [{ ...Object(Object(holdRequest(hotel)["reservation"]).rooms[0]), ...more }],
    });
    const update = { roomType: hotel.roomType, startDate: "2027-03-05", endDate: "2027-03-07" };
    const price = { ...update, ratePlan: hotel.ratePlan };
    const create = "ReservationService/CreateReservation";
    const inventory = "InventoryService/BatchUpdateInventory";
    const rates = "InventoryService/BatchUpdateRates";
    const other = "properties/another/roomTypes/a";
    const none = "properties/no-such-hotel";
    const nowhere = { property: none, roomType: `${none}/roomTypes/a`, ratePlan: `${none}/ratePlans/flex` };
    const problems = await Promise.all([
      must(
        create,
        hold({ checkInDate: "2027-03-07", checkOutDate: "2027-03-05" }),
        "INVALID_ARGUMENT",
        "check_out_date",
      ),
      must(
        create,
        hold({ checkInDate: "2027-03-07", checkOutDate: "2027-03-07" }),
        "INVALID_ARGUMENT",
        "check_out_date",
      ),
      must(
        create,
        hold({ checkInDate: "2027-03-07", checkOutDate: "2028-06-07" }),
        "INVALID_ARGUMENT",
        "check_out_date",
      ),
      must(create, hold({ rooms: [] }), "INVALID_ARGUMENT", "rooms"),
      must(create, hold(room({ adults: -2 })), "INVALID_ARGUMENT", "adults"),
      must(create, hold(room({ adults: 3 })), "FAILED_PRECONDITION", ""),
      must(create, hold(room({ roomType: `${hotel.property}/roomTypes/none` })), "NOT_FOUND", "none"),
      must(create, hold(room({ roomType: other })), "INVALID_ARGUMENT", "rooms[0]"),
      must(
        create,
        hold(room({ agreedNightlyPrice: { currencyCode: "EUR", minorUnits: "-1" } })),
        "INVALID_ARGUMENT",
        "agreed_nightly_price",
      ),
      must(
        create,
        hold(room({ agreedNightlyPrice: { currencyCode: "JPY", minorUnits: "1" } })),
        "INVALID_ARGUMENT",
        "agreed_nightly_price",
      ),
      must(create, hold({ quoteToken: "made-up" }), "INVALID_ARGUMENT", ""),
      must(create, holdRequest(nowhere), "NOT_FOUND", "no-such-hotel"),
      must(
        inventory,
        { parent: hotel.property, updates: [{ ...update, startDate: "2027-03-09", capacity: 1 }] },
        "INVALID_ARGUMENT",
        "updates[0].end_date",
      ),
      must(
        inventory,
        { parent: hotel.property, updates: [{ ...update, roomType: other, capacity: 1 }] },
        "INVALID_ARGUMENT",
        "updates[0].room_type",
      ),
      must(
        inventory,
        { parent: hotel.property, updates: [{ ...update, endDate: "2031-03-07", capacity: 1 }] },
        "INVALID_ARGUMENT",
        "updates[0].end_date",
      ),
      must(
        inventory,
        { parent: hotel.property, updates: [{ ...update, capacity: 0 }] },
        "FAILED_PRECONDITION",
        "2027-03-05",
      ),
      must(
        rates,
        { parent: hotel.property, updates: [{ ...price, nightlyPrice: { currencyCode: "USD", minorUnits: "1" } }] },
        "INVALID_ARGUMENT",
        "updates[0].nightly_price",
      ),
      must(
        rates,
        { parent: hotel.property, updates: [{ ...price, nightlyPrice: { currencyCode: "EUR", minorUnits: "-1" } }] },
        "INVALID_ARGUMENT",
        "updates[0].nightly_price",
      ),
      must(
        "CatalogService/CreateProperty",
        { propertyId: "x1", property: { displayName: "X", timeZone: "Mars/Olympus", currencyCode: "EUR" } },
        "INVALID_ARGUMENT",
        "",
      ),
      must(
        "CatalogService/CreateProperty",
        { propertyId: "fuzzed", property: { displayName: "X", timeZone: "Europe/Lisbon", currencyCode: "EUR" } },
        "ALREADY_EXISTS",
        "",
      ),
      must(
        "CatalogService/UpdateProperty",
        { property: { name: hotel.property, displayName: "X" }, updateMask: "noSuchField" },
        "INVALID_ARGUMENT",
        "update_mask",
      ),
      must(
        "PaymentService/AuthorizePayment",
        { amount: { currencyCode: "EUR", minorUnits: "0" }, paymentMethodToken: "x" },
        "INVALID_ARGUMENT",
        "amount",
      ),
      must(
        "PaymentService/AuthorizePayment",
        { amount: { currencyCode: "EUR", minorUnits: "-5" }, paymentMethodToken: "x" },
        "INVALID_ARGUMENT",
        "amount",
      ),
      must("ReservationService/CheckIn", { name: names.reservation }, "FAILED_PRECONDITION", ""),
      must("ReservationService/CancelReservation", { name: names.reservation }, "FAILED_PRECONDITION", ""),
      must(
        "ReportService/CreateReport",
        { report: { bookingConfirmation: { reservation: names.reservation }, format: "CSV" } },
        "INVALID_ARGUMENT",
        "",
      ),
    ]);
    expectNone(problems.flat());
  });

  it("in headers is refused, or left aside where nobody asked", async () => {
    const path = `/v1/${hotel.property}`;
    const bad: readonly (readonly [string, string])[] = [
      ["idempotency-key", "no-uuid"],
      ["staymesh-now", "yesterday"],
      ["staymesh-now", "2027-02-30T00:00:00Z"],
      ["staymesh-now", "999999-01-01T00:00:00Z"],
    ];
    const wrong = await concurrently(4, bad, async ([name, value]) => {
      const answer = await rest("POST", `${path}:archive`, { validateOnly: true }, { headers: { [name]: value } });
      return answer.status === 400 ? [] : [`${name}: ${value}: ${words(answer)}`];
    });
    expectNone(wrong.flat());
    for (const headers of [
      { traceparent: "nonsense" },
      { "x-request-id": "x".repeat(2000) },
      { accept: "text/x-none" },
    ]) {
      const answer = await rest("GET", path, undefined, { headers });
      expect(answer.status, JSON.stringify(headers).slice(0, 60)).to.be.oneOf([200, 400, 406]);
    }
  });

  it("leaves every process alive, healthy and without a fault in its log", async () => {
    for (const [name, began] of alive) expect(await startTime(name), name).to.be.closeTo(began, 2);
    const faultLines = processNames.flatMap((name) =>
      mesh.system
        .logs(name)
        .split("\n")
        .filter((line) => /"level":"(error|fatal)"/.test(line))
        .map((line) => `${name}: ${line.slice(0, 400)}`),
    );
    expectNone(faultLines);
    expect((await rest("GET", `/v1/${hotel.property}`)).status).to.equal(200);
    const held = await rpc.call("ReservationService/CreateReservation", holdRequest(hotel));
    expect(held.code, described(held)).to.equal("OK");
  });

  // Archiving ends the hotel that all others need; a watch never ends.
  function isHarmless({ name }: { readonly name: string }): boolean {
    return !name.startsWith("Archive") && name !== "WatchReservations";
  }

  function isFault(outcome: Outcome): boolean {
    // A refusal with a reason was meant; a full queue of reports is one.
    return (
      outcome.code === "DEADLINE_EXCEEDED" || (faults.has(outcome.code) && !["QUEUE_FULL"].includes(outcome.reason))
    );
  }

  // What the edge sets by itself cannot be wrong in a body.
  function isOwnPlace({ place, value }: BadRequest): boolean {
    return place.path !== "request_id" || value !== "";
  }

  function isInPath({ method, place }: BadRequest): boolean {
    const template = method.http[0]?.template ?? "";
    return ["=", "}"].some((end) => template.includes(`{${place.path}${end}`));
  }

  // The path and the query carry nothing but text.
  function inBody({ method, place }: BadRequest): boolean {
    const rule = method.http[0];
    if (rule === undefined || rule.body === "") return false;
    const first = place.fields[0]?.name ?? "";
    const inPath = rule.template.includes(`{${first}=`);
    return rule.body === "*" ? !inPath : first === rule.body && place.fields.length > 1;
  }

  function isProblem({ headers, body }: Answer): boolean {
    return /^application\/problem\+json/.test(headers.get("content-type") ?? "") && isObject(body) && "reason" in body;
  }

  function words({ status, bytes }: Answer): string {
    return `${status} ${bytes.toString("utf8").slice(0, 240)}`;
  }
});
