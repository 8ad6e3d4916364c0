import type { Language } from "../domain/report.ts";

/** The words of a month's report. */
export interface MonthlyWords {
  readonly title: string;
  readonly asOf: (moment: string) => string;
  readonly figures: {
    readonly occupancy: string;
    readonly adr: string;
    readonly revpar: string;
    readonly revenue: string;
    readonly roomNights: string;
    readonly arrivals: string;
    readonly cancellations: string;
    readonly noShows: string;
  };
  readonly explained: {
    readonly occupancy: (nights: string, capacity: string) => string;
    readonly adr: string;
    readonly revpar: string;
    readonly revenue: string;
  };
  readonly chart: string;
  readonly chartAlt: (facts: ChartFacts) => string;
  readonly days: string;
  readonly day: string;
  readonly capacity: string;
  readonly month: string;
  readonly note: string;
  readonly page: string;
  readonly of: string;
}

interface ChartFacts {
  readonly month: string;
  readonly occupancy: string;
  readonly adr: string;
  readonly bestDay: string;
  readonly bestOccupancy: string;
}

const en: MonthlyWords = {
  title: "Monthly performance",
  asOf: (moment) => `As of ${moment}`,
  figures: {
    occupancy: "Occupancy",
    adr: "ADR",
    revpar: "RevPAR",
    revenue: "Room revenue",
    roomNights: "Room nights",
    arrivals: "Arrivals",
    cancellations: "Cancellations",
    noShows: "No-shows",
  },
  explained: {
    occupancy: (nights, capacity) => `${nights} of ${capacity} room nights`,
    adr: "average daily rate",
    revpar: "revenue per available room",
    revenue: "without taxes and fees on top",
  },
  chart: "Occupancy and ADR by night",
  chartAlt: ({ month, occupancy, adr, bestDay, bestOccupancy }) =>
    `Chart of ${month}: occupancy of each night as bars and the average daily rate as a line. ` +
    `Occupancy of the month ${occupancy}, ADR ${adr}; the fullest night is ${bestDay} with ${bestOccupancy}.`,
  days: "Day by day",
  day: "Day",
  capacity: "Capacity",
  month: "Month",
  note:
    "Room nights and revenue are those of stays that took place, each night on its own day. Arrivals, cancellations and no-shows " +
    "are counted in bookings, on the day of check-in.",
  page: "Page",
  of: "of",
};

const de: MonthlyWords = {
  title: "Monatsergebnis",
  asOf: (moment) => `Stand: ${moment}`,
  figures: {
    occupancy: "Auslastung",
    adr: "ADR",
    revpar: "RevPAR",
    revenue: "Zimmerumsatz",
    roomNights: "Zimmernächte",
    arrivals: "Anreisen",
    cancellations: "Stornierungen",
    noShows: "No-Shows",
  },
  explained: {
    occupancy: (nights, capacity) => `${nights} von ${capacity} Nächten`,
    adr: "mittlerer Zimmerpreis",
    revpar: "Erlös je verfügbarem Zimmer",
    revenue: "ohne gesonderte Abgaben",
  },
  chart: "Auslastung und ADR je Nacht",
  chartAlt: ({ month, occupancy, adr, bestDay, bestOccupancy }) =>
    `Diagramm für ${month}: Auslastung jeder Nacht als Balken, durchschnittlicher Zimmerpreis als Linie. ` +
    `Auslastung des Monats ${occupancy}, ADR ${adr}; die am besten belegte Nacht ist ${bestDay} mit ${bestOccupancy}.`,
  days: "Tag für Tag",
  day: "Tag",
  capacity: "Kapazität",
  month: "Monat",
  note:
    "Zimmernächte und Umsatz stammen aus Aufenthalten, die stattgefunden haben, jede Nacht an ihrem eigenen Tag. Anreisen, " +
    "Stornierungen und No-Shows sind in Buchungen gezählt, am Tag der geplanten Anreise.",
  page: "Seite",
  of: "von",
};

export const monthlyWords: Readonly<Record<Language, MonthlyWords>> = { en, de };
