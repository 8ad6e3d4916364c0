import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { coverageOf } from "./font-coverage.ts";

/** The one family that documents are set in. Typst also looks among the host's fonts, so templates name it and allow no other. */
export const FONT_FAMILY = "Noto Sans";

const files = ["400Regular/NotoSans_400Regular.ttf", "600SemiBold/NotoSans_600SemiBold.ttf"];

/** The font files, and which code points all of them can show. */
export interface Fonts {
  readonly blobs: readonly Buffer[];
  readonly covers: (codePoint: number) => boolean;
}

/** Reads the fonts from their package. */
export function loadFonts(): Fonts {
  const blobs = files.map((file) =>
    readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans/${file}`))),
  );
  const coverages = blobs.map(coverageOf);
  return { blobs, covers: (codePoint) => coverages.every((covered) => covered.has(codePoint)) };
}
