import { crc32, deflateRawSync } from "node:zlib";
import { isoDay } from "../../src/day.ts";

/** One row as the file has it, with what the replay reads. */
export interface SyntheticRow {
  readonly hotel?: string;
  readonly arrival?: string;
  readonly leadTime?: number;
  readonly weekendNights?: number;
  readonly weekNights?: number;
  readonly adults?: number;
  readonly children?: string;
  readonly babies?: number;
  readonly roomType?: string;
  readonly price?: string;
  readonly status?: "Check-Out" | "Canceled" | "No-Show";
  /** YYYY-MM-DD */
  readonly statusDate?: string;
}

const monthNames = "January February March April May June July August September October November December".split(" ");

/** The columns of the public data set, also those that a replay has no use for. */
const columns =
  `hotel,is_canceled,lead_time,arrival_date_year,arrival_date_month,arrival_date_week_number,arrival_date_day_of_month,
stays_in_weekend_nights,stays_in_week_nights,adults,children,babies,meal,country,market_segment,distribution_channel,is_repeated_guest,
previous_cancellations,previous_bookings_not_canceled,reserved_room_type,assigned_room_type,booking_changes,deposit_type,agent,company,
days_in_waiting_list,customer_type,adr,required_car_parking_spaces,total_of_special_requests,reservation_status,
reservation_status_date`.replaceAll("\n", "");

/** A row in the words of the data set. */
export function values(row: SyntheticRow = {}): Readonly<Record<string, string>> {
  const { arrival = "2016-03-10", weekendNights = 0, weekNights = 2, status = "Check-Out", roomType = "A" } = row;
  const [year = "", month = "", day = ""] = arrival.split("-");
  const departure = isoDay(Date.parse(arrival) / 86_400_000 + weekendNights + weekNights);
  const [endYear, endMonth, endDay] = (row.statusDate ?? departure).split("-").map(Number);
  const known: Readonly<Record<string, string>> = {
    hotel: row.hotel ?? "City Hotel",
    is_canceled: status === "Check-Out" ? "0" : "1",
    lead_time: String(row.leadTime ?? 10),
    arrival_date_year: year,
    arrival_date_month: monthNames[Number(month) - 1] ?? "",
    arrival_date_day_of_month: String(Number(day)),
    stays_in_weekend_nights: String(weekendNights),
    stays_in_week_nights: String(weekNights),
    adults: String(row.adults ?? 2),
    children: row.children ?? "0",
    babies: String(row.babies ?? 0),
    reserved_room_type: roomType,
    assigned_room_type: roomType,
    adr: row.price ?? "100",
    reservation_status: status,
    reservation_status_date: `${endMonth}/${endDay}/${endYear}`,
  };
  return Object.fromEntries(columns.split(",").map((column) => [column, known[column] ?? "0"]));
}

/** A document as the data set comes: a head, and lines that end with CR LF. */
export function csvOf(rows: readonly SyntheticRow[]): string {
  const lines = rows.map((row) => Object.values(values(row)).join(","));
  return [columns, ...lines, ""].join("\r\n");
}

/** The same document in a .zip of one entry, written by hand. */
export function zipOf(name: string, text: string): Buffer {
  const [bytes, title] = [Buffer.from(text), Buffer.from(name)];
  const packed = deflateRawSync(bytes);
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(8, 4);
  facts.writeUInt32LE(crc32(bytes), 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(bytes.length, 18);
  facts.writeUInt16LE(title.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, title, packed]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), facts, Buffer.alloc(14), title]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\x05\x06"), end]);
}

/** About 150 rows of two hotels with all sorts of ends, and one of each odd sort; the same for the same seed. */
export function syntheticRows(seed: number): readonly SyntheticRow[] {
  const below = randomBelow(seed);
  const usual = Array.from({ length: 130 }, (): SyntheticRow => {
    const arrivalDay = Date.parse("2016-02-20") / 86_400_000 + below(60);
    const leadTime = below(4) === 0 ? 0 : below(90);
    const nights = 1 + below(6);
    const [weekendNights, weekNights] = [nights > 2 ? 2 : 0, nights > 2 ? nights - 2 : nights];
    const luck = below(10);
    const status = luck < 6 ? "Check-Out" : luck < 9 ? "Canceled" : "No-Show";
    const endedOn = {
      "Check-Out": arrivalDay + nights,
      Canceled: arrivalDay - below(leadTime + 1),
      "No-Show": arrivalDay,
    };
    return {
      hotel: below(3) === 0 ? "Resort Hotel" : "City Hotel",
      arrival: isoDay(arrivalDay),
      leadTime,
      weekendNights,
      weekNights,
      adults: 1 + below(3),
      children: below(6) === 0 ? String(1 + below(2)) : "0",
      babies: below(12) === 0 ? 1 : 0,
      roomType: "ABD".charAt(below(3)),
      price: `${30 + below(220)}.${String(below(100)).padStart(2, "0")}`,
      status,
      statusDate: isoDay(endedOn[status]),
    };
  });
  return [...usual, ...specialRows];
}

const specialRows: readonly SyntheticRow[] = [
  // Odd: these have to be refused.
  { arrival: "2016-03-01", weekNights: 0 },
  { arrival: "2016-03-02", weekNights: 0, price: "0" },
  { arrival: "2016-03-03", adults: 0, leadTime: 3 },
  { arrival: "2016-03-04", adults: 0, children: "NA", status: "Canceled", statusDate: "2016-03-01", roomType: "P" },
  { arrival: "2016-03-05", price: "-6.38" },
  // Unusual, and fine.
  { arrival: "2016-03-06", price: "0" },
  { arrival: "2016-03-06", price: "0", status: "Canceled", statusDate: "2016-03-06" },
  { arrival: "2016-03-07", children: "NA" },
  { arrival: "2016-03-08", adults: 0, children: "2", babies: 1 },
  { arrival: "2016-03-09", adults: 40, leadTime: 200, status: "Canceled", statusDate: "2015-09-01" },
  { arrival: "2016-03-10", price: "99.995" },
  { arrival: "2016-03-11", weekendNights: 10, weekNights: 25, price: "61.37" },
  { arrival: "2016-03-27", weekendNights: 1, weekNights: 7, price: "120.01" },
  { arrival: "2016-03-12", leadTime: 0, weekNights: 1 },
  { arrival: "2016-03-13", leadTime: 0, status: "Canceled", statusDate: "2016-03-13" },
  { arrival: "2016-03-14", leadTime: 5, status: "Canceled", statusDate: "2016-03-09" },
  { arrival: "2016-03-15", leadTime: 0, status: "No-Show", statusDate: "2016-03-15" },
  { arrival: "2016-03-16", status: "No-Show", statusDate: "2016-03-10" },
  { arrival: "2016-03-17", weekNights: 4, statusDate: "2016-03-18" },
  {
    hotel: "Resort Hotel",
    arrival: "2016-04-29",
    weekNights: 3,
    price: "75.55",
    status: "Canceled",
    statusDate: "2016-04-29",
  },
];

/** A small linear congruential generator: the tests need the same rows each time, not good randomness. */
function randomBelow(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
