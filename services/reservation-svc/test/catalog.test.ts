import { CatalogState, Property, RatePlan, RoomType } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import { expect } from "chai";
import { openHotel, write } from "./support/hotel.ts";
import { openWorld, reasonOf, refusalOf, type World } from "./support/world.ts";

describe("the catalogue", () => {
  let world: World;
  before(async () => {
    world = await openWorld({ sweepers: false });
  });
  after(() => world[Symbol.asyncDispose]());

  const property = Property.fromPartial({ displayName: "Porto", timeZone: "Europe/Lisbon", currencyCode: "EUR" });

  it("creates a property once, with what is usual where nothing is said", async () => {
    const request = { ...write(), propertyId: "porto", property };
    const created = await world.catalog.createProperty(request, world.as());
    expect(created).to.include({ name: "properties/porto", checkInTime: "15:00", checkOutTime: "11:00", etag: "1" });
    expect(created.state).to.equal(CatalogState.ACTIVE);
    expect(await world.catalog.createProperty(request, world.as())).to.deep.equal(created);
    expect(await world.catalog.getProperty({ name: created.name }, world.as())).to.deep.equal(created);
    expect(await reasonOf(world.catalog.createProperty({ ...request, ...write() }, world.as()))).to.equal(
      "ALREADY_EXISTS",
    );
  });

  it("refuses a time zone that nobody knows and rules that cannot be told apart", async () => {
    const odd = { ...property, timeZone: "Europe/Atlantis" };
    const call = world.catalog.createProperty({ ...write(), propertyId: "odd", property: odd }, world.as());
    expect(await reasonOf(call)).to.equal("UNKNOWN_TIME_ZONE");
    const rule = {
      code: "vat",
      displayName: "VAT",
      included: true,
      basis: { $case: "basisPoints", value: 600 },
    } as const;
    const twice = { ...write(), propertyId: "odd", property: { ...property, taxRules: [rule, rule] } };
    expect((await refusalOf(world.catalog.createProperty(twice, world.as()))).violations?.[0]?.field).to.equal(
      "property.tax_rules",
    );
  });

  it("changes the fields of the mask, if it is still as it was read", async () => {
    const hotel = await openHotel(world);
    const before = await world.catalog.getProperty({ name: hotel.name }, world.as());
    const update = (patch: Partial<Property>, updateMask: readonly string[] | undefined) =>
      world.catalog.updateProperty({ ...write(), property: { ...before, etag: "", ...patch }, updateMask }, world.as());
    const renamed = await update({ displayName: "New", contactPhone: "+1" }, ["display_name"]);
    expect([renamed.displayName, renamed.contactPhone]).to.deep.equal(["New", ""]);
    expect(await reasonOf(update({ displayName: "Late", etag: before.etag }, ["displayName"]))).to.equal(
      "ETAG_MISMATCH",
    );
    const moved = await update({ location: undefined }, ["location"]);
    expect(moved.location).to.equal(undefined);
    expect(await reasonOf(update({}, ["colour"]))).to.equal("INVALID_REQUEST");
    expect(await reasonOf(update({ currencyCode: "USD" }, ["currency_code"]))).to.equal("INVALID_REQUEST");
  });

  it("keeps room types and rate plans, page by page", async () => {
    const hotel = await openHotel(world, { rooms: { a: 1, b: 1, c: 1 } });
    const list = (pageSize: number, pageToken: string) =>
      world.catalog.listRoomTypes({ parent: hotel.name, pageSize, pageToken, showArchived: false }, world.as());
    const first = await list(2, "");
    const second = await list(2, first.nextPageToken);
    expect([...first.roomTypes, ...second.roomTypes].map(({ name }) => name.at(-1))).to.deep.equal(["a", "b", "c"]);
    const archived = await world.catalog.archiveRoomType(
      { ...write(), name: hotel.roomType("b"), etag: "" },
      world.as(),
    );
    expect(archived.state).to.equal(CatalogState.ARCHIVED);
    expect((await list(0, "")).roomTypes).to.have.length(2);

    const roomType = RoomType.fromPartial({ name: hotel.roomType("a"), displayName: "Suite", maxAdults: 4 });
    const updated = await world.catalog.updateRoomType(
      { ...write(), roomType, updateMask: ["max_adults"] },
      world.as(),
    );
    expect([updated.displayName, updated.maxAdults]).to.deep.equal(["Room a", 4]);

    const ratePlan = RatePlan.fromPartial({ name: hotel.ratePlan, displayName: "Flex", mealPlan: 2 });
    const plan = await world.catalog.updateRatePlan({ ...write(), ratePlan, updateMask: undefined }, world.as());
    expect([plan.displayName, plan.mealPlan, plan.cancellationPolicy?.tiers.length]).to.deep.equal(["Flex", 2, 2]);
    const none = await world.catalog.updateRatePlan(
      { ...write(), ratePlan, updateMask: ["cancellation_policy"] },
      world.as(),
    );
    expect(none.cancellationPolicy).to.equal(undefined);
    const plans = await world.catalog.listRatePlans(
      { parent: hotel.name, pageSize: 0, pageToken: "", showArchived: true },
      world.as(),
    );
    expect(plans.ratePlans).to.deep.equal([none]);
  });

  it("lists what the caller has a grant for, and nothing of another partner's", async () => {
    await openHotel(world, { id: "granted", as: world.as({ partner: "east" }) });
    await openHotel(world, { id: "other", as: world.as({ partner: "east" }) });
    const list = async (facts: object) => {
      const page = await world.catalog.listProperties(
        { pageSize: 0, pageToken: "", showArchived: false },
        world.as(facts),
      );
      return page.properties.map(({ name }) => name);
    };
    expect(await list({ partner: "east" })).to.deep.equal(["properties/granted", "properties/other"]);
    expect(await list({ partner: "east", properties: ["granted"] })).to.deep.equal(["properties/granted"]);
    expect(await list({ partner: "west" })).to.deep.equal([]);
    expect(
      await reasonOf(world.catalog.getProperty({ name: "properties/other" }, world.as({ partner: "west" }))),
    ).to.equal("NOT_FOUND");
  });
});
