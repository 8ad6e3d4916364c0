import type { CallOptions } from "./calls.ts";
import { figuresByMonth, type MonthFigures } from "./figures.ts";
import type { Hotel } from "./hotel.ts";
import { differences, reportedFigures } from "./report.ts";

/** A month of a hotel, as the file and as the report have it. */
export interface ComparedMonth {
  readonly month: string;
  readonly file: MonthFigures;
  readonly report: MonthFigures | undefined;
  readonly differs: readonly (keyof MonthFigures)[];
}

const AT_ONCE = 4;

/** Compares every month that a hotel's bookings touch, in order. */
export async function compareMonths(
  hotel: Hotel,
  newId: () => string,
  options: CallOptions,
): Promise<readonly ComparedMonth[]> {
  const expected = figuresByMonth(hotel.bookings);
  const compared: ComparedMonth[] = [];
  const rest = expected.entries();
  const work = async (): Promise<void> => {
    for (const [month, file] of rest) {
      const report = await reportedFigures(hotel.property, month, newId(), options);
      compared.push({ month, file, report, differs: differences(file, report) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return compared.toSorted((left, right) => (left.month < right.month ? -1 : 1));
}
