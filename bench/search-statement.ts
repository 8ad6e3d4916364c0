// What a search asks PostgreSQL for where the index has nothing: the hotels around, and a month of nights and prices of each.
import type { Hotel } from "../test/mesh/hotel.ts";
import type { Script } from "./pgbench.ts";

export const readScript = (hotels: readonly Hotel[]): Script => {
  const list = (value: (hotel: Hotel) => string) => `ARRAY[${hotels.map((hotel) => `'${value(hotel)}'`).join(", ")}]`;
  const wanted = [
    `unnest(${list(() => "sandbox")}::text[], ${list(({ property }) => property.replace("properties/", ""))}::text[],`,
    `${list(() => "2027-03-01")}::date[], ${list(() => "2027-04-01")}::date[])`,
    "WITH ORDINALITY AS w (partner, property, first, last, place)",
  ].join(" ");
  const text = `SELECT property_id, latitude, longitude, catalog_version FROM property
WHERE partner = 'sandbox' AND NOT archived AND latitude BETWEEN 38.6 AND 38.8;
SELECT w.place::integer, i.room_type_id, i.night, i.capacity + i.overbooking_allowance - i.sold - i.held AS free,
  i.stop_sell, i.closed_to_arrival, i.closed_to_departure, i.min_stay_nights, i.max_stay_nights
FROM ${wanted} JOIN inventory i ON i.partner = w.partner AND i.property_id = w.property
  AND i.night >= w.first AND i.night < w.last;
SELECT w.place::integer, r.room_type_id, r.rate_plan_id, r.night, r.minor_units
FROM ${wanted} JOIN rate r ON r.partner = w.partner AND r.property_id = w.property
  AND r.night >= w.first AND r.night < w.last;
`;
  return { text, variables: {} };
};
