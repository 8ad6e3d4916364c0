import type { Case } from "./cases.ts";

const holding = (field: string, more: string) =>
  `service S { rpc Do(Thing) returns (Thing); }\nmessage Thing { ${field} }\n${more}`;
const color = (values: string) => holding("Color color = 1;", `enum Color { ${values} }`);

/** Enums and their values. */
export const enumCases: readonly Case[] = [
  {
    it: "tells enums that come, go and get another name",
    old: holding("A a = 1;", "enum A { X = 0; } enum B { Y = 0; Z = 1; }"),
    next: holding("C a = 1;", "enum C { X = 0; } enum D { V = 0; W = 1; U = 2; }"),
    changes: ["! enum-renamed A", "! enum-removed B", "- enum-added D"],
  },
  {
    it: "tells values that come and go",
    old: color("NONE = 0; RED = 1;"),
    next: color("NONE = 0; BLUE = 2;"),
    changes: ["- value-added Color.BLUE", "! value-removed Color.RED"],
  },
  {
    it: "tells values under another name or number",
    old: color("NONE = 0; RED = 1; BLUE = 2;"),
    next: color("NONE = 0; CRIMSON = 1; BLUE = 3;"),
    changes: ["! value-renumbered Color.BLUE", "! value-renamed Color.RED"],
  },
  {
    it: "tells a reserved number that is given to a new value",
    old: color("NONE = 0; reserved 1; reserved 2 to 3;"),
    next: color("NONE = 0; RED = 1;"),
    changes: ["! reservation-removed Color", "! number-reused Color.RED"],
  },
  {
    it: "tells what is deprecated, and what no longer is",
    old: holding("string a = 1 [deprecated = true];", "enum E { X = 0; Y = 1; } message M { string m = 1; }"),
    next: holding(
      "string a = 1;",
      "enum E { X = 0; Y = 1 [deprecated = true]; } message M { option deprecated = true; string m = 1; }",
    ),
    changes: ["- deprecated E.Y", "- deprecated M", "- deprecation-withdrawn Thing.a"],
  },
];
