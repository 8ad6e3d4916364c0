import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { type JsonObject, type Names, plausible, restMethods } from "../contract/requests.ts";
import { restForm } from "../contract/rest-form.ts";
import { type Hotel, holdRequest, listOf, openHotel, succeed, textOf } from "../mesh/hotel.ts";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import { keys } from "../mesh/partners.ts";
import { cards } from "../mesh/people.ts";
import { type Answer, idempotencyKey, type Rest, restOf } from "../mesh/rest.ts";
import { type Rpc, rpcOf } from "../mesh/rpc.ts";
import { until } from "../mesh/until.ts";

const RESERVATIONS = "staymesh.reservation.v1.ReservationService";
const TYPES = "type.googleapis.com/";

describe("asking what became of a write", function () {
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

  const ask = (requestId: string, key?: string): Promise<Answer> =>
    rest("GET", `/v1/requests/${requestId}`, undefined, { key });
  const stateOf = ({ status, body }: Answer): string =>
    status === 200 ? String(body["state"]) : `${status} ${body["reason"] ?? body["code"]}`;
  const send = (path: string, body: JsonObject, requestId: string) =>
    rest("POST", path, body, { headers: idempotencyKey(requestId) });
  const stay = (more: JsonObject = {}): JsonObject => {
    const { parent: _parent, requestId: _id, ...body } = holdRequest(hotel);
    return { ...body, ...more };
  };
  const namesOf = async (own: Hotel): Promise<Names> => {
    const held = await succeed(rpc, "ReservationService/CreateReservation", holdRequest(own));
    const paid = await send("/v1/payments", payment(cards.visa), randomUUID());
    const month = { monthlyPerformance: { property: own.property, month: "2027-03" }, format: "CSV" };
    const operation = textOf((await send("/v1/reports", { report: month }, randomUUID())).body, "name");
    return {
      ...own,
      reservation: textOf(held, "name"),
      payment: textOf(paid.body, "name"),
      refund: `${textOf(paid.body, "name")}/refunds/0190a1b3`,
      operation,
      report: operation.replace("operations/", "reports/"),
    };
  };
  const payment = (token: string): JsonObject => ({
    amount: { currencyCode: "EUR", minorUnits: "500" },
    paymentMethodToken: token,
  });

  it("tells the very answer of a write, whichever service gave it", async () => {
    const month = { monthlyPerformance: { property: hotel.property, month: "2027-03" }, format: "CSV" };
    const writes: readonly (readonly [string, JsonObject, string, string])[] = [
      [`/v1/${hotel.property}/reservations`, stay(), `${RESERVATIONS}/CreateReservation`, "Reservation"],
      ["/v1/payments", payment(cards.visa), "staymesh.payment.v1.PaymentService/AuthorizePayment", "Payment"],
      ["/v1/reports", { report: month }, "staymesh.report.v1.ReportService/CreateReport", "Operation"],
    ];
    for (const [path, request, method, type] of writes) {
      const requestId = randomUUID();
      const answer = await send(path, request, requestId);
      expect(answer.status, answer.bytes.toString()).to.be.within(200, 201);
      const { status, body } = await ask(requestId);
      expect([status, body["state"], body["method"], body["requestId"]]).to.deep.equal([
        200,
        "DONE",
        method,
        requestId,
      ]);
      const { "@type": typeUrl, ...response } = Object(body["response"]);
      expect(typeUrl).to.match(new RegExp(`^${TYPES}.*\\.${type}$`));
      expect(response).to.deep.equal(answer.body);
      expect(Date.parse(textOf(body, "receiveTime"))).to.be.closeTo(Date.now(), 60_000);
    }
  });

  it("tells of every write of the contract what a repeat is answered with, where that is kept", async () => {
    // A hotel of its own, which is archived on the way.
    const names = await namesOf(await openHotel(rpc));
    const writes = restMethods.filter(({ idempotency }) => idempotency !== "NO_SIDE_EFFECTS");
    const seen = { kept: 0, open: 0 };
    // One after the other, since each may change what the next one meets.
    for (const method of writes) {
      const requestId = randomUUID();
      const { verb, path, body } = restForm(method, { ...plausible(method, names), requestId });
      const first = await rest(verb, path, body);
      const again = await rest(verb, path, body);
      const outcome = await ask(requestId);
      const told = `${method.fullName} ${first.status} ${first.body["reason"] ?? ""} -> ${outcome.bytes.toString()}`;
      if (again.headers.get("idempotency-replayed") === "true") {
        seen.kept++;
        expect([stateOf(outcome), outcome.body["method"]], told).to.deep.equal(["DONE", method.fullName]);
        const { "@type": _type, ...response } = Object(outcome.body["response"] ?? {});
        if (again.status < 300) expect(response, told).to.deep.equal(again.body);
        else expect(JSON.stringify(outcome.body["error"]), told).to.include(`"${again.body["reason"]}"`);
      } else {
        seen.open++;
        expect(stateOf(outcome), told).to.be.oneOf(["NEVER_SEEN", "IN_PROGRESS"]);
      }
    }
    expect(seen.kept, JSON.stringify(seen)).to.be.greaterThan(20);
  });

  it("tells why a write was refused, with the problem's reason, words and facts", async () => {
    const requestId = randomUUID();
    const { reservation } = holdRequest(hotel, { checkInDate: "2027-07-05" });
    const refused = await send(`/v1/${hotel.property}/reservations`, { reservation: reservation ?? {} }, requestId);
    expect(refused.status).to.equal(409);
    const { body } = await ask(requestId);
    const error: JsonObject = Object(body["error"]);
    const info = listOf(error, "details").find((detail) => detail["@type"] === `${TYPES}google.rpc.ErrorInfo`);
    expect([body["state"], body["method"]]).to.deep.equal(["DONE", `${RESERVATIONS}/CreateReservation`]);
    expect([error["message"], info?.["reason"], info?.["metadata"]]).to.deep.equal([
      refused.body["detail"],
      refused.body["reason"],
      refused.body["metadata"],
    ]);
  });

  it("says that a payment is in progress while its guest has to act, and how it stands", async () => {
    const requestId = randomUUID();
    const open = await send("/v1/payments", payment(cards.threeDs), requestId);
    const { body } = await ask(requestId);
    expect(body["state"]).to.equal("IN_PROGRESS");
    expect(body["response"]).to.include({ state: "REQUIRES_ACTION", name: open.body["name"] });
    await fetch(textOf(open.body, "nextActionUrl"), { method: "POST" });
    const done = await until("the payment's end", 15_000, async () => {
      await rest("GET", `/v1/${textOf(open.body, "name")}`);
      const answer = await ask(requestId);
      return stateOf(answer) === "DONE" ? answer : undefined;
    });
    expect(done.body["response"]).to.include({ state: "AUTHORIZED" });
  });

  it("has never seen what was not sent, what another partner sent, and tells nothing to a key that could not have sent it; what is no id is refused", async () => {
    const requestId = randomUUID();
    await send(`/v1/${hotel.property}/reservations`, stay(), requestId);
    expect(stateOf(await ask(randomUUID()))).to.equal("NEVER_SEEN");
    expect(stateOf(await ask(requestId, keys.rival))).to.equal("NEVER_SEEN");
    expect(stateOf(await ask(requestId, keys.elsewhere))).to.equal("403 PROPERTY_NOT_GRANTED");
    expect(stateOf(await ask(requestId, keys.without("reservations.write")))).to.equal("403 SCOPE_MISSING");
    const wrong = await ask("mine");
    expect([wrong.status, listOf(wrong.body, "errors")[0]?.["parameter"]]).to.deep.equal([400, "requestId"]);
  });

  it("answers typed clients too, and each service over gRPC for what it took in", async () => {
    const requestId = randomUUID();
    const answer = await send(`/v1/${hotel.property}/reservations`, stay(), requestId);
    const typed = await rest("POST", "/staymesh.request.v1.RequestService/GetRequestOutcome", { requestId });
    expect([typed.body["state"], Object(typed.body["response"]).name]).to.deep.equal(["DONE", answer.body["name"]]);
    const here = await succeed(rpc, "reservation.v1.RequestService/GetRequestOutcome", { requestId });
    const there = await succeed(rpc, "payment.v1.RequestService/GetRequestOutcome", { requestId });
    expect([here["state"], there["state"]]).to.deep.equal(["DONE", "NEVER_SEEN"]);
  });

  it("never says that it has not seen what a service that is away may have taken in", async () => {
    const known = randomUUID();
    await send(`/v1/${hotel.property}/reservations`, stay(), known);
    await mesh.crash("report-svc");
    expect(stateOf(await ask(randomUUID()))).to.match(/^503/);
    expect(stateOf(await ask(known))).to.equal("DONE");
    await mesh.start("report-svc");
    await until("the report service", 15_000, async () =>
      stateOf(await ask(randomUUID())) === "NEVER_SEEN" ? true : undefined,
    );
  });

  it("says that a booking is in progress while nobody can be paid, and then what it was answered with", async () => {
    const requestId = randomUUID();
    await mesh.crash("payment-svc");
    const paid = stay({ payment: { paymentMethodToken: cards.visa } });
    const sent = send(`/v1/${hotel.property}/reservations`, paid, requestId);
    const open = await until(
      "the booking",
      15_000,
      async () => {
        const outcome = await succeed(rpc, "reservation.v1.RequestService/GetRequestOutcome", { requestId });
        return outcome["state"] === "NEVER_SEEN" ? undefined : outcome;
      },
      20,
    );
    expect([open["state"], open["method"]]).to.deep.equal(["IN_PROGRESS", `${RESERVATIONS}/CreateReservation`]);
    const answer = await sent;
    expect(answer.body["paymentState"], answer.bytes.toString()).to.equal("PROCESSING");
    // The payment service may have taken it in, and still the answer is known for certain.
    const { body } = await ask(requestId);
    const { "@type": _type, ...response } = Object(body["response"]);
    expect(response).to.deep.equal(answer.body);
    await mesh.start("payment-svc");
  });
});
