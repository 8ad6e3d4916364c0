import type { MonthFigures } from "./month-figures.ts";

/** Everything that a month's report tells. */
export interface Performance {
  readonly property: {
    readonly name: string;
    readonly displayName: string;
    readonly timeZone: string;
    readonly currencyCode: string;
  };
  readonly figures: MonthFigures;
  /** When the report was asked for. */
  readonly asOf: Date;
}
