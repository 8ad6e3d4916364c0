import type { Case } from "./cases.ts";

const reasons = (...values: readonly string[]) =>
  `enum TestReason { TEST_REASON_UNSPECIFIED = 0; ${values.join(" ")} }`;
const reason = (name: string, { number = 1, code = "NOT_FOUND", status = 404, title = "T", remedy = "R." } = {}) =>
  `TEST_REASON_${name} = ${number} [(staymesh.options.v1.error) = {code: ${code} http_status: ${status} title: "${title}" remedy: "${remedy}"}];`;

/** The error catalogue. */
export const reasonCases: readonly Case[] = [
  {
    it: "tells reasons that come and go by their own names",
    old: reasons(reason("A"), reason("B", { number: 2 })),
    next: reasons(reason("A"), reason("C", { number: 2 })),
    changes: ["! reason-removed B", "- reason-added C"],
  },
  {
    it: "tells another status code and another HTTP status",
    old: reasons(reason("A")),
    next: reasons(reason("A", { code: "ABORTED", status: 409 })),
    changes: ["! reason-code A", "! reason-http-status A"],
  },
  {
    it: "does not mind other words",
    old: reasons(reason("A")),
    next: reasons(reason("A", { title: "U", remedy: "S." })),
    changes: ["- reason-title A", "- reason-remedy A"],
  },
  {
    it: "tells that others may give a reason",
    old: reasons(reason("A")),
    next: `${reasons(reason("A"))} enum OtherReason { OTHER_REASON_UNSPECIFIED = 0; ${reason("A").replaceAll("TEST_", "OTHER_")} }`,
    changes: ["- enum-added OtherReason", "- reason-enums A"],
  },
];
