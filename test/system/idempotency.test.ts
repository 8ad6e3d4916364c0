import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { type JsonObject, methods } from "../contract/requests.ts";
import { countsOf, type Hotel, holdRequest, listOf, openHotel, textOf } from "../mesh/hotel.ts";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import { keys } from "../mesh/partners.ts";
import { cards } from "../mesh/people.ts";
import { type Answer, idempotencyKey, type Rest, restOf } from "../mesh/rest.ts";
import { type Rpc, rpcOf } from "../mesh/rpc.ts";

describe("the same request again", function () {
  this.timeout(60_000);
  let mesh: Mesh;
  let rest: Rest;
  let rpc: Rpc;
  let hotel: Hotel;

  before(async () => {
    mesh = await startMesh({ processes: ["bank", "payment-svc", "reservation-svc", "report-svc", "edge-rest"] });
    rest = restOf(mesh.edge);
    rpc = rpcOf(mesh);
    hotel = await openHotel(rpc);
  });
  after(async () => {
    rpc?.[Symbol.dispose]();
    await mesh?.close();
  });

  const hold = (key: string, checkInDate = "2027-03-05"): Promise<Answer> => {
    const { parent: _parent, requestId: _id, ...body } = holdRequest(hotel, { checkInDate });
    return rest("POST", `/v1/${hotel.property}/reservations`, body, { headers: idempotencyKey(key) });
  };
  const held = async (date = "2027-03-05") =>
    (await countsOf(rpc, hotel, date, date.replace(/\d\d$/, "28"))).find((day) => day["date"] === date);
  const sameAnswer = (answers: readonly Answer[]) => {
    const bodies = new Set(answers.map(({ bytes }) => bytes.toString("utf8")));
    expect([...bodies]).to.have.length(1);
    expect(new Set(answers.map(({ status }) => status)).size).to.equal(1);
  };

  it("a hundred times at once has one effect and one answer, byte for byte, also after a restart", async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 100 }, () => hold(key)));
    expect(answers[0]?.status, JSON.stringify(answers[0]?.body)).to.equal(201);
    sameAnswer(answers);
    expect(await held()).to.include({ held: 1, sold: 0 });
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === "true")).to.have.length(99);

    await mesh.crash("reservation-svc");
    await mesh.start("reservation-svc");
    sameAnswer([...answers.slice(0, 1), await hold(key)]);
    expect(await held()).to.include({ held: 1, sold: 0 });
  });

  it("gives a refusal of each service again as it was, and marks it as the stored one", async () => {
    const payment = { reservation: "", amount: { currencyCode: "EUR", minorUnits: "500" } };
    const paid = await rest("POST", "/v1/payments", { ...payment, paymentMethodToken: cards.visa });
    expect(paid.status, JSON.stringify(paid.body)).to.equal(201);
    const tooMuch = { amount: { currencyCode: "EUR", minorUnits: "501" } };
    const nowhere = { bookingConfirmation: { reservation: `${hotel.property}/reservations/0190a1b3-none` } };
    const { parent: _parent, requestId: _id, ...afterSeason } = holdRequest(hotel, { checkInDate: "2027-07-05" });
    const refused: readonly (readonly [string, JsonObject])[] = [
      [`/v1/${hotel.property}/reservations`, afterSeason],
      [`/v1/${textOf(paid.body, "name")}:capture`, tooMuch],
      ["/v1/reports", { report: { ...nowhere, format: "PDF" } }],
    ];
    for (const [path, body] of refused) {
      const headers = idempotencyKey();
      const first = await rest("POST", path, body, { headers });
      const again = await rest("POST", path, body, { headers });
      expect(first.status, `${path} ${JSON.stringify(first.body)}`).to.be.within(400, 499);
      expect([again.status, again.body["reason"]], path).to.deep.equal([first.status, first.body["reason"]]);
      const marks = [first, again].map((answer) => answer.headers.get("idempotency-replayed"));
      expect(marks, path).to.deep.equal([null, "true"]);
    }
  });

  it("pays once, when a confirmation is sent thirty times at once and again after restarts", async () => {
    const name = textOf((await hold(randomUUID(), "2027-03-06")).body, "name");
    const key = randomUUID();
    const confirm = () =>
      rest(
        "POST",
        `/v1/${name}:confirm`,
        { payment: { paymentMethodToken: cards.visa } },
        { headers: idempotencyKey(key) },
      );
    const answers = await Promise.all(Array.from({ length: 30 }, confirm));
    expect(answers[0]?.body["state"], JSON.stringify(answers[0]?.body)).to.equal("CONFIRMED");
    sameAnswer(answers);
    await Promise.all([mesh.crash("reservation-svc"), mesh.crash("payment-svc")]);
    await Promise.all([mesh.start("payment-svc"), mesh.start("reservation-svc")]);
    sameAnswer([...answers.slice(0, 1), await confirm()]);
    const payments = await rest("GET", `/v1/payments?reservation=${encodeURIComponent(name)}`);
    expect(listOf(payments.body, "payments")).to.have.length(1);
  });

  it("with another body is refused with 422, and has no effect", async () => {
    const key = randomUUID();
    expect((await hold(key, "2027-03-10")).status).to.equal(201);
    const other = await hold(key, "2027-03-14");
    expect(other.status).to.equal(422);
    expect(JSON.stringify(other.body)).to.contain("IDEMPOTENCY_KEY_REUSED");
    expect(await held("2027-03-14")).to.include({ held: 0 });
  });

  it("to another method is refused with 422", async () => {
    const key = randomUUID();
    const first = await hold(key, "2027-03-12");
    const release = await rest(
      "POST",
      `/v1/${textOf(first.body, "name")}:release`,
      {},
      { headers: idempotencyKey(key) },
    );
    expect(release.status).to.equal(422);
    expect((await rest("GET", `/v1/${textOf(first.body, "name")}`)).body["state"]).to.equal("HELD");
  });

  it("by another partner is another request", async () => {
    const requestId = randomUUID();
    const theirs = await openHotel(rpc, { key: keys.rival });
    const ours = await rpc.call("ReservationService/CreateReservation", holdRequest(hotel, { requestId }));
    const rival = await rpc.call("ReservationService/CreateReservation", holdRequest(theirs, { requestId }), {
      key: keys.rival,
    });
    expect([ours.code, rival.code]).to.deep.equal(["OK", "OK"]);
    expect(rival.body["name"]).to.not.equal(ours.body["name"]);
  });

  it("says over gRPC what it said over REST: one key, one answer", async () => {
    const requestId = randomUUID();
    const request = holdRequest(hotel, { requestId, checkInDate: "2027-03-06" });
    const { parent: _parent, requestId: _id, ...body } = request;
    const posted = await rest("POST", `/v1/${hotel.property}/reservations`, body, {
      headers: idempotencyKey(requestId),
    });
    const called = await rpc.call("ReservationService/CreateReservation", request);
    expect(called.body["name"]).to.equal(posted.body["name"]);
  });

  it("gets a refusal again as it was, although it would succeed by now", async () => {
    const full = await openHotel(rpc, { capacity: 1 });
    const first = await rpc.call("ReservationService/CreateReservation", holdRequest(full));
    const loser = holdRequest(full);
    const refused = await rpc.call("ReservationService/CreateReservation", loser);
    expect(refused.reason).to.equal("ROOM_SOLD_OUT");
    await rpc.call("ReservationService/ReleaseReservation", {
      name: textOf(first.body, "name"),
      requestId: randomUUID(),
    });
    const again = await rpc.call("ReservationService/CreateReservation", loser);
    expect(again.reason).to.equal("ROOM_SOLD_OUT");
    expect((await rpc.call("ReservationService/CreateReservation", holdRequest(full))).code).to.equal("OK");
  });

  it("changes nothing when it is only tried, whatever it is", async () => {
    const before = await rpc.call("InventoryService/GetCalendar", calendar());
    const writes = methods.filter(
      ({ idempotency, service }) => idempotency !== "NO_SIDE_EFFECTS" && service.includes("reservation"),
    );
    expect(writes.length).to.be.greaterThan(15);
    const name = textOf((await hold(randomUUID(), "2027-03-20")).body, "name");
    const requests: Readonly<Record<string, JsonObject>> = {
      CreateReservation: holdRequest(hotel, { checkInDate: "2027-03-06" }),
      ConfirmReservation: { name, payment: { paymentMethodToken: cards.visa } },
      ReleaseReservation: { name },
      ExtendHold: { name, holdDuration: "3600s" },
      ArchiveProperty: { name: hotel.property },
      ArchiveRoomType: { name: hotel.roomType },
      ArchiveRatePlan: { name: hotel.ratePlan },
      BatchUpdateInventory: {
        parent: hotel.property,
        updates: [{ roomType: hotel.roomType, startDate: "2027-03-01", endDate: "2027-03-31", capacity: 300 }],
      },
    };
    const whole = await rpc.call("ReservationService/GetReservation", { name });
    for (const method of writes) {
      const request = requests[method.name];
      if (request === undefined) continue;
      const tried = await rpc.call(`${method.service.split(".").at(-1)}/${method.name}`, {
        ...request,
        requestId: randomUUID(),
        validateOnly: true,
      });
      expect(tried.code, `${method.name}: ${tried.reason} ${tried.message}`).to.equal("OK");
    }
    expect((await rpc.call("ReservationService/GetReservation", { name })).body).to.deep.equal(whole.body);
    await rpc.call("ReservationService/ReleaseReservation", { name, requestId: randomUUID() });
    expect((await rpc.call("InventoryService/GetCalendar", calendar())).body).to.deep.equal(before.body);
  });

  const calendar = () => ({ parent: hotel.property, startDate: "2027-03-01", endDate: "2027-03-31" });
});
