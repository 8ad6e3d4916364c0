import { testKeys } from "./partners.ts";
import { secrets } from "./people.ts";

type Texts = readonly (readonly [place: string, text: string])[];

interface Written {
  readonly logs: Texts;
  readonly spans: readonly string[];
  readonly pages: Texts;
}

const words = [...secrets, ...testKeys.map(({ key }) => key)];

/** Personal data, card tokens and keys in what processes wrote, each with its place and the words around it. */
export const findLeaks = ({ logs, spans, pages }: Written): readonly string[] => [
  ...logs.flatMap(([name, text]) => leaksOf(`the log of ${name}`, text)),
  ...spans.flatMap((body) => leaksOf("a span", body)),
  ...pages.flatMap(([name, page]) => leaksOf(`the metrics of ${name}`, page)),
];

const leaksOf = (place: string, text: string): readonly string[] =>
  words.flatMap((word) => {
    const at = text.indexOf(word);
    if (at < 0) return [];
    const around = text.slice(Math.max(0, at - 160), at + word.length + 80);
    return [`${place}: …${around}…`];
  });
