const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const EARLIEST_MS = Date.parse("0001-01-01T00:00:00Z");
const LATEST_MS = Date.parse("9999-12-31T23:59:59Z");
const DURATION = /^-?(\d{1,12})(?:\.\d{1,9})?s$/;
const DURATION_MAX_S = 315_576_000_000;

/** What is wrong with an RFC 3339 instant, if anything: a day that the calendar does not have is no day. */
export function instantProblem(text: string): string | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return "must be an RFC 3339 instant, such as 2027-03-05T12:00:00Z";
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [zoneHour = 0, zoneMinute = 0] = match.slice(8).map((part) => Number(part ?? 0));
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    return `${text.slice(0, 10)} is no day of the calendar`;
  }
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) {
    return `${text.slice(11)} is no time of day`;
  }
  const offsetMs = (zoneHour * 60 + zoneMinute) * (match[7] === "-" ? -60_000 : 60_000);
  const instantMs = Date.parse(`${text.slice(0, 19)}Z`) - offsetMs;
  return instantMs < EARLIEST_MS || instantMs > LATEST_MS ? "must lie between the years 1 and 9999 in UTC" : undefined;
}

/** What is wrong with a duration, if anything. */
export function durationProblem(text: string): string | undefined {
  const match = DURATION.exec(text);
  if (match === null) return "must be a number of seconds with an s behind it, such as 900s";
  return Number(match[1]) > DURATION_MAX_S ? "is longer than 10000 years" : undefined;
}

const MASK_PATH = /^(\*|[A-Za-z]\w*)(\.(\*|[A-Za-z]\w*))*$/;

/** What is wrong with a field mask, if anything. */
export function maskProblem(text: string): string | undefined {
  const sound = text === "" || text.split(",").every((path) => MASK_PATH.test(path) && !path.includes("_"));
  return sound
    ? undefined
    : "must be field names as JSON has them, with commas between, such as displayName,size.width";
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
