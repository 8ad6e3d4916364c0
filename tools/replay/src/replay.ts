import { Refusal } from "@staymesh/service-kit/refusal";
import { type HotelApi, noAnswer } from "./api.ts";
import type { Booking } from "./booking.ts";
import type { CallOptions } from "./calls.ts";
import { type ComparedMonth, compareMonths } from "./compare.ts";
import { isoDay } from "./day.ts";
import { createHotel, type Hotel, hotelsOf } from "./hotel.ts";
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

const SET_UP_PATIENCE_MS = 3_000;
const takenReasons: ReadonlySet<string> = new Set(["ALREADY_EXISTS", "IDEMPOTENCY_KEY_REUSED", "CAPACITY_BELOW_SOLD"]);

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
  for (const hotel of hotels) await setUp(hotel, calls);

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

/** Creates a hotel, and soon says what stands in the way: nothing has begun yet that would be worth waiting for. */
async function setUp(hotel: Hotel, { api, patience, signal, onRetry }: CallOptions): Promise<void> {
  const short = { ...patience, totalMs: Math.min(patience.totalMs, SET_UP_PATIENCE_MS) };
  try {
    await insist(() => createHotel(api, hotel), onRetry, short, signal);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.reason === noAnswer) {
      throw new Error(`The API does not answer (${error.message}). Is staymesh running?`, { cause: error });
    }
    if (!takenReasons.has(error.reason)) throw error;
    throw new Error(`${hotel.propertyId} is there already, from a replay of other rows: choose another --suffix.`, {
      cause: error,
    });
  }
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
