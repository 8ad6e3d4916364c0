import type { HotelApi } from "./api.ts";
import type { Booking } from "./booking.ts";
import type { CallOptions } from "./calls.ts";
import { type ComparedMonth, compareMonths } from "./compare.ts";
import { isoDay } from "./day.ts";
import { createHotel, hotelsOf } from "./hotel.ts";
import { insist, type Patience } from "./insist.ts";
import { play } from "./player.ts";
import { type Screen, showProgress } from "./progress.ts";
import { count, countOf, newTally, type Tally } from "./tally.ts";
import { comparisonLines, hotelLines, noteLines, planLine, tallyLines } from "./texts.ts";
import { type DayPlan, timelineOf } from "./timeline.ts";

export interface ReplayOptions {
  readonly api: HotelApi;
  readonly bookings: readonly Booking[];
  readonly suffix: string;
  readonly concurrency: number;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  readonly screen: Screen;
  readonly newId: () => string;
}

/** How a replay ended. */
export interface Replayed {
  readonly tally: Tally;
  /** By property id. */
  readonly months: ReadonlyMap<string, readonly ComparedMonth[]>;
  /** Everything was as the file has it: no unexpected answer, and every figure of every month equal. */
  readonly faithful: boolean;
}

/** Plays bookings from beginning to end and compares what the reports say with the file. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { api, bookings, suffix, patience, signal, screen } = options;
  const say = (lines: readonly string[]) => screen.write(lines.map((line) => `${line}\n`).join(""));
  const tally = newTally();
  const onRetry = (reason: string) => count(tally.retries, reason);
  const calls: CallOptions = { api, patience, signal, onRetry };
  const hotels = hotelsOf(bookings, suffix);
  const days = timelineOf(bookings);

  say([...hotels.flatMap(hotelLines), ...noteLines(bookings), planLine(days)]);
  for (const hotel of hotels) await insist(() => createHotel(api, hotel), onRetry, patience, signal);

  const begun = performance.now();
  await playAll(days, { ...options, ...calls, hotels: new Map(hotels.map((hotel) => [hotel.name, hotel])), tally });
  say(tallyLines(tally, (performance.now() - begun) / 1000));

  const months = new Map<string, readonly ComparedMonth[]>();
  for (const hotel of hotels) {
    const compared = await compareMonths(hotel, options.newId, calls);
    months.set(hotel.propertyId, compared);
    say([`${hotel.propertyId}, the file beside the monthly reports:`, ...comparisonLines(compared)]);
  }
  const equal = [...months.values()].flat().every(({ differs }) => differs.length === 0);
  return { tally, months, faithful: equal && countOf(tally.unexpected) === 0 };
}

async function playAll(days: readonly DayPlan[], options: Parameters<typeof play>[1] & ReplayOptions): Promise<void> {
  const { tally, screen } = options;
  const total = days.reduce((sum, { events }) => sum + events.length, 0);
  const begun = performance.now();
  let day = days[0]?.day ?? 0;
  using progress = showProgress(screen, () => ({
    done: [...tally.durations.values()].reduce((sum, all) => sum + all.length, 0),
    total,
    seconds: (performance.now() - begun) / 1000,
    day: isoDay(day),
    unexpected: countOf(tally.unexpected),
  }));
  const onDay = (now: number) => {
    day = now;
  };
  await play(days, options, onDay);
  progress.end();
}
