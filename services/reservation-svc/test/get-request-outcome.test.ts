import { randomUUID } from "node:crypto";
import { Status } from "@staymesh/proto/google/rpc/status";
import { type RequestOutcome, RequestOutcome_State } from "@staymesh/proto/staymesh/request/v1/request";
import { Property } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import { BatchUpdateInventoryResponse } from "@staymesh/proto/staymesh/reservation/v1/inventory";
import { Reservation } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import type { PrincipalFacts } from "@staymesh/service-kit";
import { decodeDetails } from "@staymesh/service-kit/status-details";
import { expect } from "chai";
import { bookings } from "./support/booking.ts";
import { eventually } from "./support/eventually.ts";
import { type Hotel, openHotel, stay, write } from "./support/hotel.ts";
import { openWorld, reasonOf, refusalOf, type World } from "./support/world.ts";

const SERVICES = "staymesh.reservation.v1.";

describe("asking what became of a write to the reservation service", () => {
  let world: World;
  let hotel: Hotel;
  let on: ReturnType<typeof bookings>;
  before(async () => {
    world = await openWorld();
    on = bookings(world);
  });
  beforeEach(async () => {
    hotel = await openHotel(world, { rooms: { a: 2 } });
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (requestId: string, as: Partial<PrincipalFacts> = {}): Promise<RequestOutcome> =>
    world.requests.getRequestOutcome({ requestId }, world.as(as));
  const stateOf = ({ state }: RequestOutcome) =>
    Object.entries(RequestOutcome_State).find(([, number]) => number === state)?.[0];
  const responseOf = ({ result }: RequestOutcome) => (result?.$case === "response" ? result.value : undefined);
  const refusalIn = ({ result }: RequestOutcome) =>
    result?.$case === "error" ? decodeDetails(Status.encode(result.value).finish()) : undefined;

  it("tells the answer of a booking byte for byte, with its booker, and when it was taken in", async () => {
    const request = stay(hotel, "2027-03-05", "2027-03-07");
    const before = Math.floor(Date.now() / 1000) - 60;
    const answer = await world.reservations.createReservation(request, world.as());
    const outcome = await ask(request.requestId.toUpperCase());
    expect([stateOf(outcome), outcome.method, outcome.requestId]).to.deep.equal([
      "DONE",
      `${SERVICES}ReservationService/CreateReservation`,
      request.requestId,
    ]);
    expect(responseOf(outcome)?.typeUrl).to.equal(`type.googleapis.com/${SERVICES}Reservation`);
    expect(responseOf(outcome)?.value).to.deep.equal(Buffer.from(Reservation.encode(answer).finish()));
    expect(Reservation.decode(responseOf(outcome)?.value ?? Buffer.alloc(0)).booker?.givenName).to.equal("Ana");
    expect(Number(outcome.receiveTime?.seconds)).to.be.greaterThan(before);
  });

  it("tells the answers of the catalogue and of the inventory", async () => {
    const property = { ...write(), propertyId: `p-${randomUUID().slice(0, 8)}` };
    const made = await world.catalog.createProperty(
      {
        ...property,
        property: Property.fromPartial({ displayName: "P", timeZone: "Europe/Lisbon", currencyCode: "EUR" }),
      },
      world.as(),
    );
    expect(responseOf(await ask(property.requestId))?.value).to.deep.equal(Buffer.from(Property.encode(made).finish()));

    const batch = { ...write(), parent: hotel.name, updates: [nights(hotel)] };
    const updated = await world.inventory.batchUpdateInventory(batch, world.as());
    const told = responseOf(await ask(batch.requestId));
    expect(told?.typeUrl).to.equal(`type.googleapis.com/${SERVICES}BatchUpdateInventoryResponse`);
    expect(told?.value).to.deep.equal(Buffer.from(BatchUpdateInventoryResponse.encode(updated).finish()));
  });

  it("tells why a write was refused, as a repeat is told", async () => {
    await on.hold(hotel);
    await on.hold(hotel);
    const soldOut = stay(hotel, "2027-03-05", "2027-03-07");
    const badly = { ...write(), name: `${hotel.name}/reservations/${randomUUID()}`, etag: "" };
    const calls = [
      [soldOut.requestId, () => world.reservations.createReservation(soldOut, world.as()), "ROOM_SOLD_OUT"],
      [badly.requestId, () => world.reservations.checkIn(badly, world.as()), "NOT_FOUND"],
    ] as const;
    for (const [requestId, call, reason] of calls) {
      await refusalOf(call());
      const outcome = await ask(requestId);
      const { message, facts } = await refusalOf(call());
      expect(stateOf(outcome)).to.equal("DONE");
      expect(refusalIn(outcome)).to.deep.include({ reason, message, facts });
    }
  });

  it("says that a booking is in progress while its bank has not answered, and then how it ended", async () => {
    const request = stay(hotel, "2027-03-05", "2027-03-07", { payment: { paymentMethodToken: "tok_visa" } });
    const answerNow = world.bank.hold("authorize");
    const answer = world.reservations.createReservation(request, world.as());
    const open = await eventually(
      () => ask(request.requestId),
      (outcome) => stateOf(outcome) !== "NEVER_SEEN",
    );
    expect([stateOf(open), open.method, open.result]).to.deep.equal([
      "IN_PROGRESS",
      `${SERVICES}ReservationService/CreateReservation`,
      undefined,
    ]);
    answerNow();
    const { name } = await answer;
    const done = await ask(request.requestId);
    expect(stateOf(done)).to.equal("DONE");
    expect(Reservation.decode(responseOf(done)?.value ?? Buffer.alloc(0)).name).to.equal(name);
  }).timeout(20_000);

  it("has never seen what nobody sent, what another partner sent, and what changed nothing", async () => {
    const theirs = stay(hotel, "2027-03-05", "2027-03-07");
    await world.reservations.createReservation(theirs, world.as());
    const tried = { ...stay(hotel, "2027-03-05", "2027-03-07"), validateOnly: true };
    await world.reservations.createReservation(tried, world.as());
    const backwards = stay(hotel, "2027-03-07", "2027-03-05");
    expect(await reasonOf(world.reservations.createReservation(backwards, world.as()))).to.equal("INVALID_REQUEST");
    const outcomes = [
      await ask(randomUUID()),
      await ask(theirs.requestId, { partner: "south" }),
      await ask(tried.requestId),
      await ask(backwards.requestId),
    ];
    for (const outcome of outcomes) {
      expect([stateOf(outcome), outcome.method, outcome.receiveTime, outcome.result]).to.deep.equal([
        "NEVER_SEEN",
        "",
        undefined,
        undefined,
      ]);
    }
  });

  it("refuses to tell of a write to a property for which the key has no grant, whatever became of it", async () => {
    const held = stay(hotel, "2027-03-05", "2027-03-07");
    await world.reservations.createReservation(held, world.as());
    const missing = { ...write(), name: `${hotel.name}/reservations/${randomUUID()}`, etag: "" };
    await refusalOf(world.reservations.checkIn(missing, world.as()));
    const batch = { ...write(), parent: hotel.name, updates: [nights(hotel)] };
    await world.inventory.batchUpdateInventory(batch, world.as());
    const here = { properties: [hotel.name.replace("properties/", "")] };
    for (const { requestId } of [held, missing, batch]) {
      expect(await reasonOf(ask(requestId, { properties: ["elsewhere"] }))).to.equal("PROPERTY_NOT_GRANTED");
      expect(stateOf(await ask(requestId, here))).to.equal("DONE");
    }
  });

  it("tells of a request whose property nobody noted to keys for all properties alone", async () => {
    const held = stay(hotel, "2027-03-05", "2027-03-07");
    await world.reservations.createReservation(held, world.as());
    await world.pool.query("UPDATE idempotency SET property_id = NULL WHERE request_id = $1", [held.requestId]);
    const here = { properties: [hotel.name.replace("properties/", "")] };
    expect(await reasonOf(ask(held.requestId, here))).to.equal("PROPERTY_NOT_GRANTED");
    expect(stateOf(await ask(held.requestId))).to.equal("DONE");
  });
});

const nights = (hotel: Hotel) => ({
  roomType: hotel.roomType("a"),
  startDate: "2027-03-10",
  endDate: "2027-03-12",
  daysOfWeek: [],
  capacity: 3,
  overbookingAllowance: undefined,
  stopSell: undefined,
  closedToArrival: undefined,
  closedToDeparture: undefined,
  minStayNights: undefined,
  maxStayNights: undefined,
});
