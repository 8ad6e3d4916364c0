/** A section of the changelog: what people wrote, and below it what the contract diff says. */
export interface Section {
  /** "Unreleased", or a version and its day: "0.1.0 - 2026-11-25". */
  readonly heading: string;
  readonly notes: string;
  readonly contract: string;
}

export interface Changelog {
  readonly preface: string;
  /** The newest first; Unreleased before all. */
  readonly sections: readonly Section[];
}

const marker =
  "<!-- From here on written by `npm run changelog`, out of the contract; notes of your own stand above. -->";
const unreleased = "Unreleased";
const empty: Section = { heading: unreleased, notes: "", contract: "" };

export function readChangelog(text: string): Changelog {
  const [preface = "", ...parts] = text.split(/^## /m);
  const sections = parts.map((part) => {
    const end = part.indexOf("\n");
    const [notes = "", contract = ""] = part.slice(end).split(marker);
    return { heading: part.slice(0, end).trim(), notes: notes.trim(), contract: contract.trim() };
  });
  return { preface: preface.trim(), sections };
}

export function changelogText({ preface, sections }: Changelog): string {
  const parts = sections.map(({ heading, notes, contract }) =>
    [`## ${heading}`, ...(notes === "" ? [] : [notes]), marker, contract].join("\n\n"),
  );
  return `${[preface, ...parts].join("\n\n")}\n`;
}

export const unreleasedOf = ({ sections }: Changelog): Section | undefined =>
  sections.find(({ heading }) => heading === unreleased);

/** The day of the newest release, "2026-11-25"; undefined where nothing is released. */
export function newestDay({ sections }: Changelog): string | undefined {
  return sections.map(({ heading }) => /^[0-9.]+ - ([0-9-]{10})$/.exec(heading)?.[1]).find((day) => day !== undefined);
}

/** With another contract part in Unreleased; the notes stay. */
export function withUnreleased(log: Changelog, contract: string): Changelog {
  const current = unreleasedOf(log) ?? empty;
  return {
    ...log,
    sections: [{ ...current, contract }, ...log.sections.filter(({ heading }) => heading !== unreleased)],
  };
}

export interface Release {
  readonly version: string;
  /** An ISO day. */
  readonly day: string;
  readonly contract: string;
}

/** Turns Unreleased into a release. The section of the same version, if there is one, is made anew, and its notes stay. */
export function withRelease(log: Changelog, { version, day, contract }: Release): Changelog {
  const isSame = ({ heading }: Section) => heading.split(" ")[0] === version;
  const notes = [log.sections.find(isSame)?.notes ?? "", unreleasedOf(log)?.notes ?? ""].filter((text) => text !== "");
  const others = log.sections.filter((section) => section.heading !== unreleased && !isSame(section));
  return {
    ...log,
    sections: [
      { ...empty, contract: unchangedSince(version) },
      { heading: `${version} - ${day}`, notes: notes.join("\n\n"), contract },
      ...others,
    ],
  };
}

export const unchangedSince = (version: string): string => `The contract is that of ${version}.`;
