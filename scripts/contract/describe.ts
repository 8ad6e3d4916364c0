import { type Change, type Section, sectionOf } from "@staymesh/contract/diff";

/** In the order in which a reader wants them: what hurts first. */
export const sections: readonly Section[] = ["Breaking", "Security", "Deprecated", "Removed", "Changed", "Added"];

export interface Group {
  readonly section: Section;
  readonly changes: readonly Change[];
}

/** The changes by section, without empty ones. */
export const grouped = (changes: readonly Change[]): readonly Group[] =>
  sections
    .map((section) => ({ section, changes: changes.filter((change) => sectionOf(change) === section) }))
    .filter((group) => group.changes.length > 0);

/** What changed, in words and without the subject: "field removed, string". `mark` wraps what stands in the contract. */
export function describe({ kind, before, after }: Change, mark: (text: string) => string = (text) => text): string {
  const what = kind.replaceAll("-", " ");
  if (before !== undefined && after !== undefined) return `${what}, ${mark(before)} -> ${mark(after)}`;
  const only = before ?? after;
  return only === undefined ? what : `${what}, ${mark(only)}`;
}
