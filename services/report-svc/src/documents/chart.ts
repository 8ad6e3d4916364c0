import { scaleBand, scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { FONT_FAMILY } from "./fonts.ts";

/** One night of the chart. A night without a sold room has no rate. */
export interface ChartNight {
  readonly label: string;
  readonly weekend: boolean;
  /** 0 for empty, 1 for full. */
  readonly occupancy: number;
  readonly rate: number | undefined;
}

export interface ChartWords {
  readonly occupancy: string;
  readonly rate: string;
  readonly percent: (share: number) => string;
  readonly money: (value: number) => string;
}

const width = 680;
const height = 220;
const margin = { top: 26, right: 62, bottom: 22, left: 44 };
const colours = { bar: "#8fb5c0", weekend: "#5f93a2", rate: "#9a4a1c", grid: "#dde4e7", text: "#5b6b75" };

/** Occupancy as bars and the average daily rate as a line, as an SVG with selectable text. */
export function monthChart(nights: readonly ChartNight[], words: ChartWords): string {
  const x = scaleBand(
    nights.map((night) => night.label),
    [margin.left, width - margin.right],
  ).padding(0.25);
  const base = height - margin.bottom;
  // An overbooked night is higher than full, and the axis gives way to it.
  const full = Math.max(1, ...nights.map((night) => night.occupancy));
  const share = scaleLinear([0, full], [base, margin.top]);
  const rates = nights.flatMap((night) => (night.rate === undefined ? [] : [night.rate]));
  const rate = scaleLinear([0, Math.max(1, ...rates)], [base, margin.top]).nice(4);
  const middle = (night: ChartNight) => (x(night.label) ?? 0) + x.bandwidth() / 2;

  const grid = share
    .ticks(4)
    .map(
      (tick) =>
        `<line x1="${margin.left}" x2="${width - margin.right}" y1="${px(share(tick))}" y2="${px(share(tick))}" stroke="${colours.grid}"/>` +
        label(margin.left - 6, share(tick) + 3, "end", words.percent(tick)),
    );
  const bars = nights.map((night) => {
    const fill = night.weekend ? colours.weekend : colours.bar;
    const top = share(night.occupancy);
    return (
      `<rect x="${px(x(night.label) ?? 0)}" y="${px(top)}" width="${px(x.bandwidth())}" height="${px(base - top)}" fill="${fill}"/>` +
      label(middle(night), base + 13, "middle", night.label)
    );
  });
  const rateTicks = rates.length === 0 ? [] : rate.ticks(4);
  const rateAxis = rateTicks.map((tick) =>
    label(width - margin.right + 6, rate(tick) + 3, "start", words.money(tick), colours.rate),
  );
  const path = line<ChartNight>()
    .defined((night) => night.rate !== undefined)
    .x(middle)
    .y((night) => rate(night.rate ?? 0));
  // A night between two without a rate makes no line, so that each night has a dot.
  const dots = nights.flatMap((night) =>
    night.rate === undefined
      ? []
      : [`<circle cx="${px(middle(night))}" cy="${px(rate(night.rate))}" r="2.2" fill="${colours.rate}"/>`],
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="${FONT_FAMILY}" font-size="9">`,
    ...grid,
    ...bars,
    ...rateAxis,
    `<path d="${path(nights) ?? ""}" fill="none" stroke="${colours.rate}" stroke-width="1.6"/>`,
    ...dots,
    `<rect x="${margin.left}" y="6" width="9" height="9" fill="${colours.bar}"/>`,
    label(margin.left + 14, 14, "start", words.occupancy),
    `<circle cx="${margin.left + 124}" cy="10.5" r="3" fill="${colours.rate}"/>`,
    label(margin.left + 132, 14, "start", words.rate),
    "</svg>",
  ].join("");
}

function label(x: number, y: number, anchor: string, text: string, fill: string = colours.text): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" fill="${fill}">${escaped(text)}</text>`;
}

const px = (value: number): number => Math.round(value * 100) / 100;

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? "");
