import { once } from "node:events";
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { Metadata, Server, ServerCredentials, type ServiceError, status } from "@grpc/grpc-js";
import {
  type CreateReservationRequest,
  Reservation,
  Reservation_State,
  ReservationServiceService,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { Refusal } from "@staymesh/service-kit/refusal";
import { encodeDetails } from "@staymesh/service-kit/status-details";
import { expect } from "chai";
import type { HotelApi, NewBooking } from "../src/api.ts";
import { grpcApi } from "../src/grpc-api.ts";
import { restApi } from "../src/rest-api.ts";

const id = "00000000-0000-8000-8000-000000000001";
const stated = new Date("2016-03-01T12:00:00Z");
const booking: NewBooking = {
  property: "properties/p",
  roomType: "properties/p/roomTypes/a",
  ratePlan: "properties/p/ratePlans/agreed",
  checkInDate: "2016-03-10",
  checkOutDate: "2016-03-12",
  adults: 2,
  children: 1,
  currencyCode: "EUR",
  agreedNightlyPrice: 10_550n,
  externalReference: "row-1",
  guest: { givenName: "Guest", familyName: "of row 1" },
  paymentMethodToken: "tok_visa",
};
const { paymentMethodToken: _, ...freeBooking } = booking;

async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Refusal) return error;
  throw new Error("it was not refused", { cause: error });
}

describe("the API through REST", () => {
  const seen: { readonly request: IncomingMessage; readonly body: string }[] = [];
  let answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: unknown };
  let server: HttpServer;
  let endpoint: URL;
  let api: HotelApi;

  before(async () => {
    server = createServer(async (request, response) => {
      seen.push({ request, body: await text(request) });
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      response.end(JSON.stringify(answer.body));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    endpoint = new URL(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
    api = restApi({ endpoint, key: "k", connections: 2 });
  });

  after(() => {
    api.close();
    server.close();
  });

  it("books with the request id and the stated time in headers, and amounts as strings", async () => {
    answer = { status: 201, body: { name: "properties/p/reservations/r", state: "CONFIRMED" } };
    expect(await api.book(booking, id, stated)).to.include({ name: "properties/p/reservations/r", state: "CONFIRMED" });
    const sent = seen.at(-1);
    expect(sent?.request).to.include({ method: "POST", url: "/v1/properties/p/reservations" });
    expect(sent?.request.headers).to.include({
      authorization: "Bearer k",
      "idempotency-key": id,
      "staymesh-now": "2016-03-01T12:00:00.000Z",
    });
    const body = JSON.parse(sent?.body ?? "");
    expect(body.payment).to.deep.equal({ paymentMethodToken: "tok_visa" });
    expect(body.reservation.rooms[0]).to.deep.include({
      adults: 2,
      children: 1,
      agreedNightlyPrice: { currencyCode: "EUR", minorUnits: "10550" },
    });
  });

  it("confirms a free stay without a payment", async () => {
    await api.book(freeBooking, id, stated);
    expect(JSON.parse(seen.at(-1)?.body ?? ""))
      .to.include({ confirm: true })
      .and.to.not.have.property("payment");
  });

  it("tells a hold whose bank has not answered from a booking", async () => {
    answer = { status: 201, body: { name: "r", state: "HELD", paymentState: "PROCESSING" } };
    expect((await api.readReservation("r")).state).to.equal("PROCESSING");
    answer = { status: 201, body: { name: "r", state: "HELD", paymentState: "DECLINED" } };
    expect(await api.readReservation("r")).to.deep.equal({ name: "r", state: "OTHER", told: "HELD DECLINED" });
  });

  it("reads a refusal with its reason, its fields and when to come again", async () => {
    const errors = [{ field: "reservation.rooms[0].adults", reason: "int32.gte", description: "…" }];
    answer = {
      status: 400,
      headers: { "retry-after": "2" },
      body: { reason: "INVALID_REQUEST", detail: "No.", errors },
    };
    const { reason, message, violations, retryAfterMs } = await refusal(api.act("cancel", "r", id, stated));
    expect([reason, message, retryAfterMs]).to.deep.equal(["INVALID_REQUEST", "No.", 2000]);
    expect(violations?.map(({ field }) => field)).to.deep.equal(["reservation.rooms[0].adults"]);
    answer = { status: 502, body: "Bad gateway" };
    expect((await refusal(api.readOperation("operations/o"))).reason).to.equal("HTTP_502");
  });

  it("tells a call without an answer from a refusal", async () => {
    const nobody = restApi({ endpoint: new URL("http://127.0.0.1:1"), key: "k", connections: 1 });
    expect((await refusal(nobody.readReservation("r"))).reason).to.equal("NO_ANSWER");
    nobody.close();
  });

  it("reads how an operation stands", async () => {
    answer = { status: 200, body: { name: "operations/o", done: false } };
    expect(await api.readOperation("operations/o")).to.deep.equal({ status: "RUNNING" });
    answer = { status: 200, body: { done: true, response: { "@type": "x", name: "reports/r" } } };
    expect(await api.readOperation("operations/o")).to.deep.equal({ status: "DONE", report: "reports/r" });
    answer = { status: 200, body: { done: true, error: { code: 13, message: "It broke." } } };
    expect(await api.readOperation("operations/o")).to.deep.equal({ status: "FAILED", message: "It broke." });
  });
});

describe("the API through gRPC", () => {
  const server = new Server();
  const seen: { readonly request: CreateReservationRequest; readonly metadata: Metadata }[] = [];
  let api: HotelApi;

  before(async () => {
    const { createReservation, cancelReservation } = ReservationServiceService;
    server.addService(
      { createReservation, cancelReservation },
      {
        createReservation: (
          { request, metadata }: { readonly request: CreateReservationRequest; readonly metadata: Metadata },
          callback: (error: null, response: Reservation) => void,
        ) => {
          seen.push({ request, metadata });
          callback(null, Reservation.fromPartial({ name: "r", state: Reservation_State.CONFIRMED }));
        },
        cancelReservation: (_call: unknown, callback: (error: Partial<ServiceError>) => void) => {
          const metadata = new Metadata();
          const violations = [{ field: "name", reason: "string.pattern", description: "…" }];
          const refused = new Refusal("INVALID_REQUEST", "No.", {}, { violations, retryAfterMs: 1500 });
          metadata.set("grpc-status-details-bin", encodeDetails(status.INVALID_ARGUMENT, refused));
          callback({ code: status.INVALID_ARGUMENT, details: "No.", metadata });
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const address = `127.0.0.1:${port}`;
    api = grpcApi({ reservationAddress: address, reportAddress: address, key: "k" });
  });

  after(() => {
    api.close();
    server.forceShutdown();
  });

  it("books with the request id in the request and the stated time in the metadata", async () => {
    expect(await api.book(booking, id, stated)).to.include({ name: "r", state: "CONFIRMED" });
    await api.book(freeBooking, id, stated);
    const [paid, free] = seen;
    expect(paid?.request).to.deep.include({
      requestId: id,
      confirm: false,
      payment: { paymentMethodToken: "tok_visa" },
    });
    expect(free?.request).to.deep.include({ confirm: true, payment: undefined });
    expect(paid?.metadata.getMap()).to.include({
      authorization: "Bearer k",
      "staymesh-now": "2016-03-01T12:00:00.000Z",
    });
  });

  it("reads a refusal with its reason, its fields and when to come again", async () => {
    const { reason, message, violations, retryAfterMs } = await refusal(api.act("cancel", "r", id, stated));
    expect([reason, message, retryAfterMs]).to.deep.equal(["INVALID_REQUEST", "No.", 1500]);
    expect(violations?.map(({ field }) => field)).to.deep.equal(["name"]);
  });

  it("keeps the code of an error that is none of the mesh's", async () => {
    expect((await refusal(api.act("checkIn", "r", id, stated))).reason).to.equal("GRPC_UNIMPLEMENTED");
  });
});
