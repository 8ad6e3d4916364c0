import { type Day, dateOf } from "../domain/calendar.ts";
import type { Money } from "../domain/money.ts";
import type { Language } from "../domain/report.ts";
import type { Printable } from "./printable.ts";

/** How a language writes days, times, numbers and money. */
export interface Locale {
  readonly tag: string;
  /** Friday, 5 March 2027. */
  readonly longDay: (day: Day) => string;
  /** Fri, 5 Mar 2027. */
  readonly shortDay: (day: Day) => string;
  /** Fri 5. */
  readonly monthDay: (day: Day) => string;
  /** March 2027. */
  readonly month: (day: Day) => string;
  /** Wednesday, 3 March 2027 at 15:00, as clocks of the time zone show it. */
  readonly moment: (instant: Date, timeZone: string) => string;
  /** 5 March 2027, as calendars of the time zone show it. */
  readonly date: (instant: Date, timeZone: string) => string;
  /** A time of day, given as HH:MM. */
  readonly time: (time: string) => string;
  readonly number: (value: number) => string;
  /** Hundredths of a percent as a percentage with the given decimals. */
  readonly percent: (basisPoints: number, decimals: number) => string;
  readonly money: (amount: Money) => string;
}

// British rather than American English: guests of most countries read a day before a month without a second thought.
const tags: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE" };

/** The writing of a language; currencies whose sign the fonts lack are written by their code. */
export function localeOf(language: Language, printable: Printable): Locale {
  const tag = tags[language];
  const days = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(tag, { timeZone: "UTC", ...options });
    return (day: Day) => format.format(dateOf(day));
  };
  const full = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
  const clock = new Intl.DateTimeFormat(tag, { timeZone: "UTC", hour: "2-digit", minute: "2-digit" });
  const at = language === "de" ? " um " : " at ";
  const time = (value: string) => clock.format(new Date(`2000-01-01T${value}:00Z`)) + (language === "de" ? " Uhr" : "");
  const numbers = new Intl.NumberFormat(tag);
  const weekday = days({ weekday: "short" });
  return {
    tag,
    longDay: days(full),
    shortDay: days({ weekday: "short", day: "numeric", month: "short", year: "numeric" }),
    monthDay: (day) => `${weekday(day).replace(/[.,]/g, "")} ${Number(day.slice(8))}${language === "de" ? "." : ""}`,
    month: days({ month: "long", year: "numeric" }),
    moment: (instant, timeZone) => {
      const day = new Intl.DateTimeFormat(tag, { timeZone, ...full }).format(instant);
      const hours = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(instant);
      return `${day}${at}${time(hours)}`;
    },
    date: (instant, timeZone) =>
      new Intl.DateTimeFormat(tag, { timeZone, day: "numeric", month: "long", year: "numeric" }).format(instant),
    time,
    number: (value) => numbers.format(value),
    percent: (basisPoints, decimals) =>
      new Intl.NumberFormat(tag, {
        style: "percent",
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      }).format(basisPoints / 10_000),
    money: (amount) => formatMoney(tag, amount, printable),
  };
}

function formatMoney(tag: string, { currencyCode, minorUnits }: Money, printable: Printable): string {
  const format = new Intl.NumberFormat(tag, { style: "currency", currency: currencyCode });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const decimal = decimalOf(minorUnits, digits);
  const written = format.format(decimal);
  if (!printable(written).includes("?")) return written;
  return new Intl.NumberFormat(tag, { style: "currency", currency: currencyCode, currencyDisplay: "code" }).format(
    decimal,
  );
}

// Handed over as text, so that no amount is squeezed through a floating-point number.
function decimalOf(minorUnits: bigint, digits: number): `${number}` {
  const sign = minorUnits < 0n ? "-" : "";
  const all = `${minorUnits < 0n ? -minorUnits : minorUnits}`.padStart(digits + 1, "0");
  const whole = all.slice(0, all.length - digits);
  const text = digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${all.slice(-digits)}`;
  // Digits with at most one point between them are a number.
  return text as `${number}`;
}
