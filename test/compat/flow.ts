// What a partner's program does all day, in the words of any contract and over any carrier.
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { isObject, type JsonObject } from "../contract/requests.ts";
import { type Hotel, listOf, openHotel, succeed, textOf } from "../mesh/hotel.ts";
import { cards, guest } from "../mesh/people.ts";
import type { Calls } from "../mesh/rpc.ts";
import { until } from "../mesh/until.ts";

const stay = { checkInDate: "2027-03-05", checkOutDate: "2027-03-07" };
const total = { currencyCode: "EUR", minorUnits: "25800" };

/** Opens a hotel, and searches, quotes, books, reads, watches, reports and cancels there; fails where an answer is not as ever. */
export async function playFlow(rpc: Calls): Promise<void> {
  const hotel = await openHotel(rpc);
  const { property } = hotel;
  const found = await succeed(rpc, "StayService/SearchStays", { properties: [property], ...stay, adults: 2 });
  const [offer] = listOf(listOf(found, "stays")[0] ?? {}, "offers");
  expect(offer).to.deep.include({ roomType: hotel.roomType, ratePlan: hotel.ratePlan, total });
  const held = await hold(rpc, hotel, await quoteOf(rpc, hotel));
  const name = textOf(held, "name");
  const paid = { name, requestId: randomUUID(), payment: { paymentMethodToken: cards.visa } };
  const confirmed = await succeed(rpc, "ReservationService/ConfirmReservation", paid);
  expect(confirmed).to.include({ name, state: "CONFIRMED" });
  expect(await succeed(rpc, "ReservationService/ConfirmReservation", paid)).to.include({ state: "CONFIRMED" });
  const payment = await until("the payment", 20_000, async () => {
    const now = await succeed(rpc, "PaymentService/GetPayment", { name: textOf(confirmed, "payment") });
    return now["state"] === "CAPTURED" ? now : undefined;
  });
  expect(payment).to.deep.include({ reservation: name, captured: total });
  await report(rpc, name);
  const cancelled = await succeed(rpc, "ReservationService/CancelReservation", { name, requestId: randomUUID() });
  expect(cancelled).to.include({ name, state: "CANCELLED" });
  await watch(rpc, property, name);
  const balance = await succeed(rpc, "LedgerService/GetTrialBalance", {});
  expect(balance["balanced"]).to.equal(true);
  await refusals(rpc, hotel, name);
}

export async function quoteOf(rpc: Calls, { property, roomType, ratePlan }: Hotel): Promise<string> {
  const rooms = [{ roomType, ratePlan, adults: 2 }];
  const quote = await succeed(rpc, "StayService/CreateQuote", { parent: property, ...stay, rooms });
  expect(quote).to.deep.include({ total });
  expect(listOf(quote, "nights")).to.have.length(2);
  return textOf(quote, "quoteToken");
}

/** Holds a room, and finds the same in the answer, on reading it and in the list. */
export async function hold(rpc: Calls, { property }: Hotel, quoteToken: string): Promise<JsonObject> {
  const reservation = { quoteToken, booker: { ...guest }, externalReference: "compat-1" };
  const request = { parent: property, reservation, holdDuration: "900s", requestId: randomUUID() };
  const held = await succeed(rpc, "ReservationService/CreateReservation", request);
  expect(held).to.deep.include({ state: "HELD", total, ...stay, externalReference: "compat-1" });
  expect(held["booker"]).to.deep.include({ ...guest });
  expect(held["etag"]).to.be.a("string").and.not.equal("");
  expect(Date.parse(textOf(held, "holdExpireTime"))).to.be.greaterThan(Date.now());
  const name = textOf(held, "name");
  expect(name).to.match(new RegExp(`^${property}/reservations/`));
  expect(await succeed(rpc, "ReservationService/GetReservation", { name })).to.deep.equal(held);
  const listed = await succeed(rpc, "ReservationService/ListReservations", { parent: property });
  expect(listOf(listed, "reservations").map((one) => one["name"])).to.deep.equal([name]);
  return held;
}

async function report(rpc: Calls, reservation: string): Promise<void> {
  const asked = { report: { bookingConfirmation: { reservation }, format: "PDF" }, requestId: randomUUID() };
  const operation = textOf(await succeed(rpc, "ReportService/CreateReport", asked), "name");
  const done = await until("the report", 30_000, async () => {
    const now = await succeed(rpc, "ReportService/GetOperation", { name: operation });
    return now["done"] === true ? now : undefined;
  });
  const response = done["response"];
  if (!isObject(response)) throw new Error(`The report was not made: ${JSON.stringify(done)}`);
  expect(response["@type"]).to.match(/\/staymesh\.report\.v1\.Report$/);
  const file = await rpc.call("ReportService/DownloadReport", { name: textOf(response, "name") });
  expect(file.code, file.message).to.equal("OK");
  const bytes = Buffer.concat(file.stream.map(({ data }) => Buffer.from(String(data ?? ""), "base64")));
  expect(bytes.subarray(0, 5).toString("latin1")).to.equal("%PDF-");
}

async function watch(rpc: Calls, property: string, reservation: string): Promise<void> {
  const from = { parent: property, resumeToken: "0" };
  const heard = await rpc.call("ReservationService/WatchReservations", from, { messages: 3 });
  expect(heard.code, heard.message).to.equal("OK");
  // A message may hold nothing but a place.
  const events = heard.stream.flatMap(({ event }) => (isObject(event) ? [event] : []));
  expect(events.map((event) => event["type"])).to.include("reservation.held");
  expect(new Set(events.map((event) => event["reservation"]))).to.deep.equal(new Set([reservation]));
  expect(heard.stream.every(({ resumeToken }) => typeof resumeToken === "string" && resumeToken !== "")).to.equal(true);
}

/** Old reasons are what old programs decide by. */
async function refusals(rpc: Calls, hotel: Hotel, cancelled: string): Promise<void> {
  const again = { name: cancelled, requestId: randomUUID() };
  const checkIn = await rpc.call("ReservationService/CheckIn", again);
  expect([checkIn.code, checkIn.reason]).to.deep.equal(["FAILED_PRECONDITION", "INVALID_STATE"]);
  const absent = await rpc.call("ReservationService/GetReservation", { name: `${hotel.property}/reservations/none` });
  expect([absent.code, absent.reason]).to.deep.equal(["NOT_FOUND", "NOT_FOUND"]);
  const impossible = { parent: hotel.property, ...stay, checkInDate: "2027-02-30", rooms: [] };
  const bad = await rpc.call("StayService/CreateQuote", impossible);
  expect([bad.code, bad.reason]).to.deep.equal(["INVALID_ARGUMENT", "INVALID_REQUEST"]);
  expect(bad.violations.map(({ field }) => field)).to.include("check_in_date");
}
