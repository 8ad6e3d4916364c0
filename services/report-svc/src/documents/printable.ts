/** Turns any text into one that the fonts can show. */
export type Printable = (text: string) => string;

const UNKNOWN = "?";
const BREAK = "\u200b";
const LONGEST_RUN = 24;

const substitutes: Readonly<Record<string, string>> = {
  "\u202f": "\u00a0",
  "\u2192": "\u2013",
  "\u2190": "\u2013",
  "\u2010": "-",
  "\u2011": "-",
};

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * A character without a glyph is an error in an accessible PDF, so none may reach the page: what the fonts lack is shown in its plain
 * form where it has one (full-width letters, ligatures), and as a question mark otherwise. Control characters and direction marks, which
 * could reorder what stands beside them, are dropped. Very long words get places to break at.
 */
export function printableBy(covers: (codePoint: number) => boolean): Printable {
  const shows = (text: string) => [...text].every((character) => covers(character.codePointAt(0) ?? 0));
  const shown = (grapheme: string): string => {
    if (shows(grapheme)) return grapheme;
    const plain = substitutes[grapheme] ?? grapheme.normalize("NFKC");
    if (shows(plain)) return plain;
    const bare = grapheme.normalize("NFKD").replace(/\p{M}/gu, "");
    return bare !== "" && shows(bare) ? bare : UNKNOWN;
  };
  return (text) => {
    const clean = text
      .toWellFormed()
      .replace(/\s+/gu, (space) => (space === "\u00a0" || space === "\u202f" ? "\u00a0" : " "))
      .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, "")
      .normalize("NFC");
    let run = 0;
    let out = "";
    for (const { segment } of segmenter.segment(clean)) {
      run = segment === " " || segment === "-" ? 0 : run + 1;
      if (run > LONGEST_RUN) {
        out += BREAK;
        run = 1;
      }
      out += shown(segment);
    }
    return out.trim();
  };
}
