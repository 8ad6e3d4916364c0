import { type CallContext, hasGrant, Refusal } from "@staymesh/service-kit";
import { checkDates } from "../domain/booking.ts";
import type { Place } from "../domain/catalog.ts";
import { addDays } from "../domain/day.ts";
import { distanceMeters, latitudesAround } from "../domain/geo.ts";
import { propertyIn } from "../domain/names.ts";
import { type Offer, offersOf, type StayWish } from "../domain/offers.ts";
import { invalid } from "../domain/refusals.ts";
import type { Candidate, Ports } from "./ports.ts";
import { pageLimit, pageToken, placeIn } from "./reply.ts";
import { keysOf, sheetsOf } from "./sheet-reader.ts";

export interface SearchStaysCommand extends StayWish {
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
  readonly radiusMeters: number;
  /** Names. */
  readonly properties: readonly string[];
  readonly pageSize: number;
  readonly pageToken: string;
}

export interface FoundStay {
  readonly property: string;
  readonly displayName: string;
  readonly currencyCode: string;
  readonly distanceMeters: number | undefined;
  readonly offers: readonly Offer[];
}

export interface SearchStaysAnswer {
  readonly stays: readonly FoundStay[];
  readonly nextPageToken: string;
}

interface Ranked extends Candidate {
  readonly distance: number | undefined;
}

const RADIUS_STANDARD_M = 10_000;
/** How many properties are looked into at once. */
const BATCH = 64;

/** Finds what can be booked, nearest first, else by id. */
export async function searchStays(
  ports: Ports,
  command: SearchStaysCommand,
  call: CallContext,
): Promise<SearchStaysAnswer> {
  checkDates(command.checkIn, command.checkOut);
  const middle = middleOf(command);
  if (middle === undefined && command.properties.length === 0) {
    throw invalid("latitude", "Give a place, or properties to look in.", "required");
  }
  const { pageSize: _size, pageToken: token, ...asked } = command;
  const query = ["stays", call.principal.partner, JSON.stringify(asked, bigintText)];
  const after = rankOf(placeIn(query, token));
  const ranked = (await candidates(ports, command, middle, call)).filter(
    (candidate) => after === undefined || compare(candidate, after) > 0,
  );
  const limit = pageLimit(command.pageSize);
  const stays: FoundStay[] = [];
  for (let at = 0; at < ranked.length; at += BATCH) {
    const batch = ranked.slice(at, at + BATCH);
    const found = await lookInto(ports, call.principal.partner, batch, command);
    for (const [index, stay] of found.entries()) {
      if (stay === undefined) continue;
      stays.push(stay);
      const here = batch[index];
      if (stays.length === limit && here !== undefined) {
        const more = at + index + 1 < ranked.length;
        return { stays, nextPageToken: more ? pageToken(query, `${here.distance ?? ""}/${here.property}`) : "" };
      }
    }
  }
  return { stays, nextPageToken: "" };
}

const bigintText = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

function middleOf({ latitude, longitude }: SearchStaysCommand): Place | undefined {
  if (latitude === undefined && longitude === undefined) return undefined;
  if (latitude === undefined) throw invalid("latitude", "Latitude and longitude come together.", "required");
  if (longitude === undefined) throw invalid("longitude", "Latitude and longitude come together.", "required");
  return { latitude, longitude };
}

async function candidates(
  ports: Ports,
  command: SearchStaysCommand,
  middle: Place | undefined,
  call: CallContext,
): Promise<readonly Ranked[]> {
  const radius = command.radiusMeters === 0 ? RADIUS_STANDARD_M : command.radiusMeters;
  const properties = command.properties.map(propertyIn);
  for (const property of properties) {
    if (!hasGrant(call.principal, property)) {
      throw new Refusal("PROPERTY_NOT_GRANTED", `The key has no grant for the property ${property}.`, { property });
    }
  }
  const found = await ports.sheets.candidates({
    partner: call.principal.partner,
    granted: call.principal.properties,
    latitudes: middle === undefined ? undefined : latitudesAround(middle, radius),
    properties,
  });
  return found
    .map((candidate) => ({ ...candidate, distance: distanceOf(candidate, middle) }))
    .filter(({ distance }) => middle === undefined || (distance !== undefined && distance <= radius))
    .sort(compare);
}

const distanceOf = ({ place }: Candidate, middle: Place | undefined): number | undefined =>
  middle === undefined || place === undefined ? undefined : Math.round(distanceMeters(middle, place));

type Rank = Pick<Ranked, "distance" | "property">;

const compare = (a: Rank, b: Rank): number => {
  const near = (a.distance ?? 0) - (b.distance ?? 0);
  if (near !== 0) return near;
  return a.property < b.property ? -1 : a.property > b.property ? 1 : 0;
};

const rankOf = (place: string | undefined): Rank | undefined => {
  const [, distance, property] = /^(\d*)\/(.+)$/.exec(place ?? "") ?? [];
  if (place === undefined) return undefined;
  if (property === undefined) throw new Refusal("PAGE_TOKEN_INVALID", "The page token does not fit this query.");
  return { distance: distance === "" ? undefined : Number(distance), property };
};

/** The stay of each property of a batch, or undefined where it offers none. */
async function lookInto(
  ports: Ports,
  partner: string,
  batch: readonly Ranked[],
  wish: StayWish,
): Promise<readonly (FoundStay | undefined)[]> {
  const end = addDays(wish.checkOut, 1);
  const keys = batch.map(({ property }) => keysOf(partner, property, wish.checkIn, end));
  const [catalogs, sheets] = await Promise.all([
    Promise.all(
      batch.map(({ property, catalogVersion }) => ports.catalogs.atVersion(partner, property, catalogVersion)),
    ),
    ports.index.read(keys.flat()),
  ]);
  let at = 0;
  return batch.map(({ distance }, index) => {
    const own = keys[index] ?? [];
    const looked = sheetsOf(own, sheets.slice(at, at + own.length));
    at += own.length;
    const catalog = catalogs[index];
    if (catalog === undefined) return undefined;
    const offers = offersOf(catalog, wish, looked);
    if (offers.length === 0) return undefined;
    const { id, displayName, currencyCode } = catalog.property;
    return { property: id, displayName, currencyCode, distanceMeters: distance, offers };
  });
}
