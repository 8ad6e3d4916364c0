import type pg from "pg";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { CatalogStore, CatalogWrite, Page, WriteResult } from "../app/ports.ts";
import type { Property, RatePlan, RoomType } from "../domain/catalog.ts";
import { propertyOf, ratePlanOf, roomTypeOf, taxRulesJson } from "./catalog-rows.ts";
import { claimIn } from "./claim.ts";
import { tiersJson } from "./reservation-rows.ts";
import { inTransaction } from "./transaction.ts";

/** The catalogue: read through Prisma, written with its claim in one transaction. */
export function catalogStore(pool: pg.Pool, prisma: PrismaClient): CatalogStore {
  return {
    read: async (partner, propertyId) => {
      const row = await prisma.property.findUnique({
        where: { partner_propertyId: { partner, propertyId } },
        include: { roomTypes: true, ratePlans: true },
      });
      if (row === null) return undefined;
      return {
        version: row.catalogVersion,
        property: propertyOf(row),
        roomTypes: new Map(row.roomTypes.map((each) => [each.roomTypeId, roomTypeOf(each)])),
        ratePlans: new Map(row.ratePlans.map((each) => [each.ratePlanId, ratePlanOf(each)])),
      };
    },
    property: async (partner, propertyId) => {
      const row = await prisma.property.findUnique({ where: { partner_propertyId: { partner, propertyId } } });
      return row === null ? undefined : propertyOf(row);
    },
    roomType: async (partner, propertyId, roomTypeId) => {
      const key = { partner, propertyId, roomTypeId };
      const row = await prisma.roomType.findUnique({ where: { partner_propertyId_roomTypeId: key } });
      return row === null ? undefined : roomTypeOf(row);
    },
    ratePlan: async (partner, propertyId, ratePlanId) => {
      const key = { partner, propertyId, ratePlanId };
      const row = await prisma.ratePlan.findUnique({ where: { partner_propertyId_ratePlanId: key } });
      return row === null ? undefined : ratePlanOf(row);
    },
    properties: async (partner, granted, page) => {
      const among = granted.has("*") ? {} : { in: [...granted] };
      const rows = await prisma.property.findMany({
        where: { partner, propertyId: { ...among, ...after(page) }, ...onSale(page) },
        orderBy: { propertyId: "asc" },
        take: page.limit,
      });
      return rows.map(propertyOf);
    },
    roomTypes: async (partner, propertyId, page) => {
      const rows = await prisma.roomType.findMany({
        where: { partner, propertyId, roomTypeId: after(page), ...onSale(page) },
        orderBy: { roomTypeId: "asc" },
        take: page.limit,
      });
      return rows.map(roomTypeOf);
    },
    ratePlans: async (partner, propertyId, page) => {
      const rows = await prisma.ratePlan.findMany({
        where: { partner, propertyId, ratePlanId: after(page), ...onSale(page) },
        orderBy: { ratePlanId: "asc" },
        take: page.limit,
      });
      return rows.map(ratePlanOf);
    },
    writeProperty: (write) => catalogWrite(pool, write, "property", ["partner", "property_id"], propertyColumns),
    writeRoomType: (write) =>
      catalogWrite(pool, write, "room_type", ["partner", "property_id", "room_type_id"], roomTypeColumns),
    writeRatePlan: (write) =>
      catalogWrite(pool, write, "rate_plan", ["partner", "property_id", "rate_plan_id"], ratePlanColumns),
  };
}

const after = ({ after: place }: Page): { readonly gt?: string } => (place === undefined ? {} : { gt: place });
const onSale = ({ showArchived }: Page): { readonly archived?: false } => (showArchived ? {} : { archived: false });

type Columns = Readonly<Record<string, unknown>>;

/** Makes the row, or replaces the version that was read; and counts the change for everybody who keeps the catalogue. */
function catalogWrite<T>(
  pool: pg.Pool,
  write: CatalogWrite<T>,
  table: string,
  key: readonly string[],
  columnsOf: (value: T) => Columns,
): Promise<WriteResult> {
  return inTransaction<WriteResult>(pool, async (client) => {
    const claimed = await claimIn(client, write.claim, write.answer, write.refusal);
    if (claimed !== undefined) return claimed;
    if (write.next === undefined) throw new Error("a write of the catalogue with nothing to write");
    const { partner, property } = write;
    // The row lock lets one change of a property's catalogue and nights in at a time.
    await client.query("SELECT FROM property WHERE partner = $1 AND property_id = $2 FOR UPDATE", [partner, property]);
    const columns = columnsOf(write.next);
    const changed = await (write.expected === 0
      ? insert(client, table, columns)
      : replace(client, table, key, columns, write.expected));
    if (!changed) {
      await client.query("DELETE FROM idempotency WHERE partner = $1 AND request_id = $2", [
        partner,
        write.claim?.requestId,
      ]);
      return { outcome: "CONFLICT" };
    }
    await client.query(
      "UPDATE property SET catalog_version = catalog_version + 1 WHERE partner = $1 AND property_id = $2",
      [partner, property],
    );
    return { outcome: "DONE" };
  });
}

async function insert(client: pg.PoolClient, table: string, columns: Columns): Promise<boolean> {
  const names = Object.keys(columns);
  const places = names.map((_, index) => `$${index + 1}`);
  const { rowCount } = await client.query(
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${places.join(", ")}) ON CONFLICT DO NOTHING`,
    Object.values(columns),
  );
  return rowCount === 1;
}

async function replace(
  client: pg.PoolClient,
  table: string,
  key: readonly string[],
  columns: Columns,
  expected: number,
): Promise<boolean> {
  // The catalogue's own version goes on counting, whatever is replaced.
  const names = Object.keys(columns).filter((name) => name !== "catalog_version");
  const values: unknown[] = names.map((name) => columns[name]);
  const sets = names.map((name, index) => `${name} = $${index + 1}`);
  const where = key.map((name) => `${name} = $${values.push(columns[name])}`);
  const version = `version = $${values.push(expected)}`;
  const text = `UPDATE ${table} SET ${sets.join(", ")} WHERE ${[...where, version].join(" AND ")}`;
  const { rowCount } = await client.query(text, values);
  return rowCount === 1;
}

const propertyColumns = (property: Property): Columns => ({
  partner: property.partner,
  property_id: property.id,
  display_name: property.displayName,
  time_zone: property.timeZone,
  currency_code: property.currencyCode,
  latitude: property.location?.latitude,
  longitude: property.location?.longitude,
  check_in_time: property.checkInTime,
  check_out_time: property.checkOutTime,
  address_lines: property.addressLines,
  contact_email: property.contactEmail,
  contact_phone: property.contactPhone,
  tax_rules: taxRulesJson(property.taxRules),
  archived: property.archived,
  create_time: property.createTime,
  update_time: property.updateTime,
  version: property.version,
  catalog_version: 0,
});

const roomTypeColumns = (roomType: RoomType): Columns => ({
  partner: roomType.partner,
  property_id: roomType.property,
  room_type_id: roomType.id,
  display_name: roomType.displayName,
  description: roomType.description,
  max_adults: roomType.maxAdults,
  max_guests: roomType.maxGuests,
  archived: roomType.archived,
  create_time: roomType.createTime,
  update_time: roomType.updateTime,
  version: roomType.version,
});

const ratePlanColumns = (ratePlan: RatePlan): Columns => {
  const tiers = tiersJson(ratePlan.policy);
  return {
    partner: ratePlan.partner,
    property_id: ratePlan.property,
    rate_plan_id: ratePlan.id,
    display_name: ratePlan.displayName,
    meal_plan: ratePlan.mealPlan,
    tiers: tiers === null ? null : JSON.stringify(tiers),
    capture_timing: ratePlan.captureTiming,
    archived: ratePlan.archived,
    create_time: ratePlan.createTime,
    update_time: ratePlan.updateTime,
    version: ratePlan.version,
  };
};
