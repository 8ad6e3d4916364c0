import { dateOf } from "../domain/calendar.ts";
import { firstDay } from "../domain/month.ts";
import type { MonthFigures } from "../domain/month-figures.ts";
import type { Performance } from "../domain/performance.ts";
import type { Language } from "../domain/report.ts";
import { monthChart } from "./chart.ts";
import { type Locale, localeOf } from "./locale.ts";
import { type MonthlyWords, monthlyWords } from "./monthly-words.ts";
import type { Printable } from "./printable.ts";
import { printableView } from "./printable-view.ts";

/** Words a month in a language, for the template monthly-performance.typ. */
export function monthlyView({ property, figures, asOf }: Performance, language: Language, printable: Printable) {
  const words = monthlyWords[language];
  const locale = localeOf(language, printable);
  const { total, days } = figures;
  const money = (minorUnits: bigint) => locale.money({ currencyCode: property.currencyCode, minorUnits });
  const nights = locale.number(total.roomNights);
  const view = {
    language,
    title: words.title,
    property: property.displayName,
    month: locale.month(firstDay(figures.month)),
    asOf: words.asOf(locale.moment(asOf, property.timeZone)),
    cards: [
      {
        label: words.figures.occupancy,
        value: locale.percent(total.occupancyBasisPoints, 2),
        about: words.explained.occupancy(nights, locale.number(total.capacityNights)),
      },
      { label: words.figures.adr, value: money(total.adrMinor), about: words.explained.adr },
      { label: words.figures.revpar, value: money(total.revparMinor), about: words.explained.revpar },
      { label: words.figures.revenue, value: money(total.revenueMinor), about: words.explained.revenue },
    ],
    counts: [
      { label: words.figures.roomNights, value: nights },
      { label: words.figures.arrivals, value: locale.number(total.arrivals) },
      { label: words.figures.cancellations, value: locale.number(total.cancellations) },
      { label: words.figures.noShows, value: locale.number(total.noShows) },
    ],
    chartTitle: words.chart,
    chartAlt: chartAlt(figures, words, locale, money),
    days: words.days,
    columns: [
      words.day,
      words.capacity,
      words.figures.roomNights,
      words.figures.occupancy,
      words.figures.revenue,
      words.figures.adr,
      words.figures.arrivals,
      words.figures.cancellations,
      words.figures.noShows,
    ],
    rows: days.map((day) => [locale.monthDay(day.date), ...rowOf(day, locale, money)]),
    total: [words.month, ...rowOf(total, locale, money)],
    note: words.note,
    page: { label: words.page, of: words.of },
  };
  return {
    ...printableView(view, printable),
    chart: chartOf(figures, property.currencyCode, words, locale, printable),
  };
}

function rowOf(figures: MonthFigures["total"], locale: Locale, money: (minorUnits: bigint) => string) {
  return [
    locale.number(figures.capacityNights),
    locale.number(figures.roomNights),
    locale.percent(figures.occupancyBasisPoints, 1),
    money(figures.revenueMinor),
    figures.roomNights === 0 ? "–" : money(figures.adrMinor),
    locale.number(figures.arrivals),
    locale.number(figures.cancellations),
    locale.number(figures.noShows),
  ];
}

function chartAlt(
  { month, days, total }: MonthFigures,
  words: MonthlyWords,
  locale: Locale,
  money: (minorUnits: bigint) => string,
): string {
  const best = days.reduce((left, right) => (right.occupancyBasisPoints > left.occupancyBasisPoints ? right : left));
  return words.chartAlt({
    month: locale.month(firstDay(month)),
    occupancy: locale.percent(total.occupancyBasisPoints, 2),
    adr: money(total.adrMinor),
    bestDay: locale.longDay(best.date),
    bestOccupancy: locale.percent(best.occupancyBasisPoints, 1),
  });
}

function chartOf(
  { days }: MonthFigures,
  currency: string,
  words: MonthlyWords,
  locale: Locale,
  printable: Printable,
): string {
  const nights = days.map((day) => ({
    label: `${Number(day.date.slice(8))}`,
    // Friday and Saturday nights are a hotel's weekend.
    weekend: [5, 6].includes(dateOf(day.date).getUTCDay()),
    occupancy: day.occupancyBasisPoints / 10_000,
    // A drawing is exact to a hair's breadth anyway; figures are never computed from these numbers.
    rate: day.roomNights === 0 ? undefined : Number(day.adrMinor),
  }));
  return monthChart(nights, {
    occupancy: printable(words.figures.occupancy),
    rate: printable(words.figures.adr),
    percent: (share) => printable(locale.percent(Math.round(share * 10_000), 0)),
    money: (value) => printable(locale.money({ currencyCode: currency, minorUnits: BigInt(Math.round(value)) })),
  });
}
