import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** One import of one file. */
export interface Import {
  readonly specifier: string;
  /** What a relative specifier means, from the root; the specifier itself otherwise. */
  readonly target: string;
}

export interface Source {
  /** From the root, as in "services/payment-svc/src/main.ts". */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

// Static imports and exports, side-effect imports, dynamic imports; the words stand at the start of a statement.
const patterns = [
  /^\s*(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']/gm,
  /^\s*import\s*["']([^"']+)["']/gm,
  /\bimport\(\s*["']([^"']+)["']\s*\)/g,
];

export const readImports = (path: string, text: string): readonly Import[] =>
  patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map((match) => match[1] ?? "")
    .map((specifier) => ({
      specifier,
      target: specifier.startsWith(".") ? relative(root, join(root, dirname(path), specifier)) : specifier,
    }));

/** TypeScript files below a pattern, generated ones left out. */
export const readSources = (pattern: string): readonly Source[] =>
  globSync(pattern, { cwd: root, exclude: (name) => name === "node_modules" || name === "generated" })
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return { path, text, imports: readImports(path, text) };
    });

/** A text without its comments, so that a word in one breaks no rule. */
export const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|[\s;{}(),])\/\/.*$/gm, "$1");
