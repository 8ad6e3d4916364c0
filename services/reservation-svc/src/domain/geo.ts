import type { Place } from "./catalog.ts";

const EARTH_RADIUS_M = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const degrees = (angle: number): number => (angle * 180) / Math.PI;

/** The way between two places along the surface, in metres. */
export const distanceMeters = (a: Place, b: Place): number => {
  const dLat = radians(b.latitude - a.latitude);
  const dLon = radians(b.longitude - a.longitude);
  const h =
    Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
};

/** The latitudes within which everything in the circle lies. */
export const latitudesAround = (middle: Place, radiusMeters: number): readonly [number, number] => {
  const reach = degrees(radiusMeters / EARTH_RADIUS_M) + 1e-6;
  return [middle.latitude - reach, middle.latitude + reach];
};
