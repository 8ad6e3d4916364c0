import type { Day } from "./day.ts";

/** What is needed of a property to know its days. */
export interface PropertyTime {
  readonly timeZone: string;
  /** When rooms are ready, as HH:MM. */
  readonly checkInTime: string;
}

const FORMATS_MAX = 600;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the IANA data knows the zone. Bare offsets are no zones: they have no days of their own. */
export const isTimeZone = (zone: string): boolean => {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
};

/** The day that it is at the property. */
export const dayAt = (instant: Date, zone: string): Day => localText(instant.getTime(), zone).slice(0, 10);

/** The instant of a local time. A time that a clock change skips is taken as late as the clock jumped, a doubled one as the first. */
export const instantOf = (day: Day, time: string, zone: string): Date => {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  // The offsets a day before and after are the only two that can apply.
  const early = wanted - offsetMs(wanted - 86_400_000, zone);
  const late = wanted - offsetMs(wanted + 86_400_000, zone);
  const fits = [early, late].filter((candidate) => candidate + offsetMs(candidate, zone) === wanted);
  return new Date(fits.length > 0 ? Math.min(...fits) : early);
};

/** When the guest may have the room. */
export const checkInInstant = (day: Day, { timeZone, checkInTime }: PropertyTime): Date =>
  instantOf(day, checkInTime, timeZone);

const offsetMs = (instantMs: number, zone: string): number =>
  Date.parse(`${localText(instantMs, zone)}Z`) - wholeSeconds(instantMs);

const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** The local date and time as YYYY-MM-DDTHH:MM:SS. */
const localText = (instantMs: number, zone: string): string => {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instantMs)
      .map(({ type, value }) => [type, value]),
  );
  const get = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  return `${get("year").padStart(4, "0")}-${get("month")}-${get("day")}T${get("hour")}:${get("minute")}:${get("second")}`;
};

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "iso8601",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  if (formats.size >= FORMATS_MAX) formats.clear();
  formats.set(zone, format);
  return format;
};
