import { expect } from "chai";
import { isObject, type JsonObject } from "../contract/requests.ts";
import { listOf, textOf } from "../mesh/hotel.ts";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import { cards, guest } from "../mesh/people.ts";
import { type Answer, idempotencyKey, type Rest, restOf } from "../mesh/rest.ts";
import { until } from "../mesh/until.ts";

const property = "properties/lisbon-city";
const roomType = `${property}/roomTypes/a`;
const ratePlan = `${property}/ratePlans/flex`;

describe("the booking flow over REST", function () {
  this.timeout(90_000);
  let mesh: Mesh;
  let rest: Rest;
  let reservation: string;
  let cancelled: string;

  before(async () => {
    mesh = await startMesh();
    rest = restOf(mesh.edge);
  });
  after(() => mesh?.close());

  const created = ({ status, headers, body }: Answer, location: string) => {
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(headers.get("location")).to.match(new RegExp(`${location}$`));
  };
  const ok = ({ status, body }: Answer): JsonObject => {
    expect(status, JSON.stringify(body)).to.equal(200);
    return body;
  };

  it("creates the property, its room type and its rate plan", async () => {
    const hotel = await rest("POST", "/v1/properties?propertyId=lisbon-city", {
      displayName: "Lisbon City",
      timeZone: "Europe/Lisbon",
      currencyCode: "EUR",
      location: { latitude: 38.72, longitude: -9.14 },
    });
    created(hotel, `/v1/${property}`);
    expect(hotel.body["name"]).to.equal(property);
    const room = await rest("POST", `/v1/${property}/roomTypes?roomTypeId=a`, {
      displayName: "Standard",
      maxAdults: 2,
      maxGuests: 4,
    });
    created(room, `/v1/${roomType}`);
    const plan = await rest("POST", `/v1/${property}/ratePlans?ratePlanId=flex`, {
      displayName: "Flexible",
      mealPlan: "BREAKFAST",
      cancellationPolicy: {
        tiers: [
          { untilHoursBeforeCheckIn: 48, penaltyPercent: 0 },
          { untilHoursBeforeCheckIn: 0, penaltyPercent: 100 },
        ],
      },
    });
    created(plan, `/v1/${ratePlan}`);
  });

  it("puts rooms and prices on sale", async () => {
    const season = { startDate: "2027-03-01", endDate: "2027-06-01" };
    const rooms = ok(
      await rest("POST", `/v1/${property}/inventory:batchUpdate`, {
        updates: [{ roomType, ...season, capacity: 200 }],
      }),
    );
    expect(rooms["nightsUpdated"]).to.equal(92);
    const prices = ok(
      await rest("POST", `/v1/${property}/rates:batchUpdate`, {
        updates: [{ ratePlan, roomType, ...season, nightlyPrice: { currencyCode: "EUR", minorUnits: "12900" } }],
      }),
    );
    expect(prices["nightsUpdated"]).to.equal(92);
  });

  it("finds the stay by place and dates", async () => {
    const query =
      "latitude=38.7&longitude=-9.1&radiusMeters=10000&checkInDate=2027-03-05&checkOutDate=2027-03-07&adults=2";
    const found = ok(await rest("GET", `/v1/stays:search?${query}`));
    const [stay] = listOf(found, "stays");
    expect(stay?.["property"]).to.equal(property);
    expect(Number(stay?.["distanceMeters"])).to.be.within(4000, 4500);
    const [offer] = listOf(stay ?? {}, "offers");
    expect(offer).to.include({ roomType, ratePlan, available: 200 });
    expect(offer?.["total"]).to.deep.equal({ currencyCode: "EUR", minorUnits: "25800" });
    expect(found["nextPageToken"]).to.equal("");
  });

  it("quotes it, holds it at the quote, and confirms it with a card", async () => {
    const quote = ok(
      await rest("POST", `/v1/${property}/quotes`, {
        checkInDate: "2027-03-05",
        checkOutDate: "2027-03-07",
        rooms: [{ roomType, ratePlan, adults: 2 }],
      }),
    );
    expect(quote).to.include.keys("quoteToken", "expireTime", "total", "nights", "taxesAndFees", "cancellationPolicy");
    expect(quote["total"]).to.deep.equal({ currencyCode: "EUR", minorUnits: "25800" });
    expect(listOf(quote, "nights").map((night) => night["date"])).to.deep.equal(["2027-03-05", "2027-03-06"]);

    const held = await rest("POST", `/v1/${property}/reservations`, {
      reservation: {
        quoteToken: textOf(quote, "quoteToken"),
        booker: { givenName: guest.givenName, familyName: guest.familyName, email: guest.email },
        externalReference: "web-1",
      },
      holdDuration: "900s",
    });
    reservation = textOf(held.body, "name");
    created(held, `/v1/${reservation}`);
    expect(reservation).to.match(/^properties\/lisbon-city\/reservations\/[0-9a-z-]+$/);
    expect(held.body).to.include({ state: "HELD", externalReference: "web-1" });
    expect(held.body).to.include.keys("holdExpireTime", "etag");
    const left = Date.parse(textOf(held.body, "holdExpireTime")) - Date.now();
    expect(left).to.be.within(880_000, 905_000);
    expect(held.body["total"]).to.deep.equal({ currencyCode: "EUR", minorUnits: "25800" });

    const confirmed = ok(
      await rest("POST", `/v1/${reservation}:confirm`, { payment: { paymentMethodToken: cards.visa } }),
    );
    expect(confirmed["state"]).to.equal("CONFIRMED");
    // The money is taken right after the confirmation, which does not wait for it.
    const payment = await until("the capture", 20_000, async () => {
      const now = ok(await rest("GET", `/v1/${textOf(confirmed, "payment")}`));
      return now["state"] === "AUTHORIZED" ? undefined : now;
    });
    expect(payment["state"]).to.equal("CAPTURED");
    expect(payment["captured"]).to.deep.equal({ currencyCode: "EUR", minorUnits: "25800" });
    expect(payment["reservation"]).to.equal(reservation);
    const read = await until("the reservation's note of it", 20_000, async () => {
      const now = ok(await rest("GET", `/v1/${reservation}`));
      return now["paymentState"] === "AUTHORIZED" ? undefined : now;
    });
    expect(read).to.include({ state: "CONFIRMED", paymentState: "CAPTURED" });
    expect(isObject(read["booker"]) && read["booker"]["familyName"]).to.equal(guest.familyName);
  });

  it("counts it as sold and shows the steps of its payment", async () => {
    const days = listOf(
      ok(await rest("GET", `/v1/${property}/calendar?startDate=2027-03-04&endDate=2027-03-08`)),
      "days",
    );
    expect(days.map((day) => [day["date"], day["sold"], day["held"], day["available"]])).to.deep.equal([
      ["2027-03-04", 0, 0, 200],
      ["2027-03-05", 1, 0, 199],
      ["2027-03-06", 1, 0, 199],
      ["2027-03-07", 0, 0, 200],
    ]);
    const saga = ok(await rest("GET", `/v1/${reservation}/saga`));
    expect(saga["state"]).to.equal("DONE");
    expect(listOf(saga, "steps").map((step) => step["step"])).to.include.members(["AUTHORIZE", "CONFIRM", "CAPTURE"]);
  });

  it("books in one call at an agreed price, and gives the money back on a cancellation in time", async () => {
    const booked = await rest("POST", `/v1/${property}/reservations`, {
      reservation: {
        checkInDate: "2027-04-01",
        checkOutDate: "2027-04-03",
        rooms: [{ roomType, ratePlan, adults: 2, agreedNightlyPrice: { currencyCode: "EUR", minorUnits: "9900" } }],
        booker: { givenName: guest.givenName, familyName: guest.familyName },
      },
      payment: { paymentMethodToken: cards.visa },
    });
    cancelled = textOf(booked.body, "name");
    created(booked, `/v1/${cancelled}`);
    expect(booked.body["state"]).to.equal("CONFIRMED");
    expect(booked.body["total"]).to.deep.equal({ currencyCode: "EUR", minorUnits: "19800" });
    const gone = ok(await rest("POST", `/v1/${cancelled}:cancel`, {}));
    expect(gone["state"]).to.equal("CANCELLED");
    expect(gone["penalty"]).to.deep.equal({ currencyCode: "EUR", minorUnits: "0" });
    const payment = await until("the refund", 20_000, async () => {
      const now = ok(await rest("GET", `/v1/${textOf(booked.body, "payment")}`));
      return now["state"] === "CAPTURED" ? undefined : now;
    });
    expect(payment["state"]).to.equal("REFUNDED");
    expect(payment["refunded"]).to.deep.equal({ currencyCode: "EUR", minorUnits: "19800" });
  });

  it("refuses a declined card with 402 and keeps the hold", async () => {
    const held = await rest("POST", `/v1/${property}/reservations`, {
      reservation: {
        checkInDate: "2027-04-01",
        checkOutDate: "2027-04-03",
        rooms: [{ roomType, adults: 1, agreedNightlyPrice: { currencyCode: "EUR", minorUnits: "5000" } }],
        booker: { givenName: guest.givenName, familyName: guest.familyName },
      },
    });
    const name = textOf(held.body, "name");
    const refused = await rest("POST", `/v1/${name}:confirm`, { payment: { paymentMethodToken: cards.decline } });
    expect(refused.status).to.equal(402);
    expect(refused.headers.get("content-type")).to.match(/^application\/problem\+json/);
    expect(JSON.stringify(refused.body)).to.contain("CARD_DECLINED");
    expect(ok(await rest("GET", `/v1/${name}`))["state"]).to.equal("HELD");
    const paid = ok(await rest("POST", `/v1/${name}:confirm`, { payment: { paymentMethodToken: cards.visa } }));
    expect(paid["state"]).to.equal("CONFIRMED");
  });

  it("changes only what was read: a stale ETag is refused with 412", async () => {
    const read = await rest("GET", `/v1/${property}`);
    const etag = read.headers.get("etag") ?? "";
    expect(etag).to.not.equal("");
    const patch = (match: string, displayName: string) =>
      rest("PATCH", `/v1/${property}?updateMask=displayName`, { displayName }, { headers: { "if-match": match } });
    ok(await patch(etag, "Lisbon City Centre"));
    const stale = await patch(etag, "Another");
    expect(stale.status).to.equal(412);
    expect(ok(await rest("GET", `/v1/${property}`))["displayName"]).to.equal("Lisbon City Centre");
  });

  it("makes the booking confirmation and streams it as a PDF", async () => {
    const report = await reportOf({ bookingConfirmation: { reservation }, format: "PDF" });
    const pdf = await rest("GET", `/v1/${report}:download`);
    expect(pdf.status).to.equal(200);
    expect(pdf.headers.get("content-type")).to.equal("application/pdf");
    expect(pdf.bytes.subarray(0, 5).toString()).to.equal("%PDF-");
    expect(pdf.bytes.length).to.be.greaterThan(5000);
  });

  it("makes the month's figures as CSV, in which nothing has taken place yet", async () => {
    const report = await reportOf({ monthlyPerformance: { property, month: "2027-03" }, format: "CSV" });
    const csv = (await rest("GET", `/v1/${report}:download`)).bytes.toString("utf8").replace(/^\uFEFF/, "");
    const [head = "", row = ""] = csv.split(/\r?\n/);
    const figures = new Map(head.split(",").map((name, index) => [name, row.split(",")[index]]));
    expect([...figures.keys()]).to.include.members([
      ...["month", "room_nights", "room_revenue_minor", "adr_minor", "occupancy_percent"],
      ...["arrivals", "cancellations", "no_shows"],
    ]);
    expect(figures.get("month")).to.equal("2027-03");
    expect(figures.get("room_nights")).to.equal("0");
  });

  it("keeps the ledger balanced", async () => {
    const balance = ok(await rest("GET", "/v1/ledger:trialBalance"));
    expect(balance["balanced"]).to.equal(true);
    const [euro] = listOf(balance, "currencies");
    expect(euro?.["currencyCode"]).to.equal("EUR");
    expect(euro?.["debits"]).to.equal(euro?.["credits"]).and.not.equal("0");
  });

  it("lists reservations newest first, by filter, in pages that fit together", async () => {
    const page = async (query: string) => ok(await rest("GET", `/v1/${property}/reservations?${query}`));
    const whole = listOf(await page("pageSize=50"), "reservations").map((one) => one["name"]);
    expect(whole).to.have.length(3);
    const first = await page("pageSize=2");
    const second = await page(`pageSize=2&pageToken=${encodeURIComponent(textOf(first, "nextPageToken"))}`);
    const paged = [...listOf(first, "reservations"), ...listOf(second, "reservations")].map((one) => one["name"]);
    expect(paged).to.deep.equal(whole);
    expect(second["nextPageToken"]).to.equal("");
    const filtered = listOf(await page(`filter=${encodeURIComponent("state = CANCELLED")}`), "reservations");
    expect(filtered.map((one) => one["name"])).to.deep.equal([cancelled]);
  });

  it("plays a stay through at stated times: check-in, check-out, and the month's figures to the cent", async () => {
    const at = (now: string) => ({ headers: { "staymesh-now": now, ...idempotencyKey() } });
    ok(await rest("POST", `/v1/${reservation}:checkIn`, {}, at("2027-03-05T16:00:00Z")));
    const out = ok(await rest("POST", `/v1/${reservation}:checkOut`, {}, at("2027-03-07T10:00:00Z")));
    expect(out["state"]).to.equal("CHECKED_OUT");
    const report = await reportOf({ monthlyPerformance: { property, month: "2027-03" }, format: "CSV" });
    const csv = (await rest("GET", `/v1/${report}:download`)).bytes.toString("utf8").replace(/^\uFEFF/, "");
    const [head = "", row = ""] = csv.split(/\r?\n/);
    const figure = (name: string) => row.split(",")[head.split(",").indexOf(name)];
    expect(["room_nights", "room_revenue_minor", "adr_minor", "arrivals"].map(figure)).to.deep.equal([
      "2",
      "25800",
      "12900",
      "1",
    ]);
  });

  it("serves its documentation, its OpenAPI document and its health without a key", async () => {
    const open = await rest("GET", "/openapi.json", undefined, { key: "" });
    expect(open.status).to.equal(200);
    expect(open.body["openapi"]).to.match(/^3\.1\./);
    const paths = isObject(open.body["paths"]) ? Object.keys(open.body["paths"]) : [];
    expect(paths.length).to.be.greaterThan(35);
    for (const path of ["/docs", "/healthz", "/readyz"]) {
      expect((await rest("GET", path, undefined, { key: "" })).status, path).to.equal(200);
    }
  });

  async function reportOf(report: JsonObject): Promise<string> {
    const asked = await rest("POST", "/v1/reports", { report });
    expect(asked.status, JSON.stringify(asked.body)).to.be.oneOf([200, 201]);
    const operation = textOf(asked.body, "name");
    expect(operation).to.match(/^operations\//);
    const done = await until("the report", 60_000, async () => {
      const now = ok(await rest("GET", `/v1/${operation}`));
      return now["done"] === true ? now : undefined;
    });
    expect(done["error"], JSON.stringify(done)).to.equal(undefined);
    const response = isObject(done["response"]) ? done["response"] : {};
    expect(response["@type"]).to.match(/\/staymesh\.report\.v1\.Report$/);
    return textOf(response, "name");
  }
});
