import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";
import { openPromise } from "yauzl";
import type { Booking } from "./booking.ts";
import { monthOf } from "./day.ts";
import { type Row, readBooking } from "./read-booking.ts";

/** Which rows are wanted; absent means all. Months are those of arrival, both included. */
export interface Wanted {
  readonly hotel?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
}

/** Reads the wanted bookings of a CSV file, or of the one CSV file in a .zip. */
export async function readFile(path: string, wanted: Wanted): Promise<readonly Booking[]> {
  if (!path.toLowerCase().endsWith(".zip")) return readBookings(createReadStream(path), wanted);
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true });
  try {
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.toLowerCase().endsWith(".csv")) continue;
      return await readBookings(await zip.openReadStreamPromise(entry), wanted);
    }
    throw new Error(`${path} holds no .csv file`);
  } finally {
    zip.close();
  }
}

/** Reads the wanted bookings of a CSV document. */
export async function readBookings(bytes: Readable, wanted: Wanted): Promise<readonly Booking[]> {
  const bookings: Booking[] = [];
  let row = 0;
  await pipeline(
    bytes,
    parse({ bom: true, columns: true, skip_empty_lines: true }),
    async (rows: AsyncIterable<Row>) => {
      for await (const values of rows) {
        row += 1;
        const booking = readBooking(row, values);
        if (bookings.length < (wanted.limit ?? Number.POSITIVE_INFINITY) && isWanted(booking, wanted)) {
          bookings.push(booking);
        }
      }
    },
  );
  return bookings;
}

function isWanted({ hotel, arrival }: Booking, wanted: Wanted): boolean {
  if (wanted.hotel !== undefined && wanted.hotel !== hotel) return false;
  const month = monthOf(arrival);
  return month >= (wanted.from ?? "") && month <= (wanted.to ?? "9999-99");
}
