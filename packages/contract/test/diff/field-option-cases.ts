import type { Case } from "./cases.ts";

const asked = (field: string) =>
  `service S { rpc Do(Thing) returns (Done); } message Done {} message Thing { ${field} }`;
const answered = (field: string) =>
  `service S { rpc Do(Ask) returns (Thing); } message Ask {} message Thing { ${field} }`;
const both = (field: string) => `service S { rpc Do(Thing) returns (Thing); } message Thing { ${field} }`;

const behavior = (it: string, side: (field: string) => string, old: string, next: string, mark: string): Case => ({
  it,
  old: side(`string a = 1${old === "" ? "" : ` [(google.api.field_behavior) = ${old}]`};`),
  next: side(`string a = 1${next === "" ? "" : ` [(google.api.field_behavior) = ${next}]`};`),
  changes: [`${mark} field-behavior Thing.a`],
});

const marked = (it: string, option: string, next: string, change: string): Case => {
  const field = (value: string) =>
    both(`string a = 1${value === "" ? "" : ` [(staymesh.options.v1.field) = {${value}}]`};`);
  return { it, old: field(option), next: field(next), changes: [`${change} Thing.a`] };
};

/** Field behaviour, and how fields are treated. */
export const fieldOptionCases: readonly Case[] = [
  behavior("calls it breaking where a request now has to carry a field", asked, "", "REQUIRED", "!"),
  behavior("lets an answer promise a field", answered, "", "REQUIRED", "-"),
  behavior("lets a request leave out a field", both, "REQUIRED", "", "-"),
  behavior("calls it breaking where an answer no longer promises a field", answered, "REQUIRED", "", "!"),
  behavior("calls it breaking where callers can no longer write a field", both, "", "OUTPUT_ONLY", "!"),
  behavior("lets answers say that only they carry a field", answered, "", "OUTPUT_ONLY", "-"),
  behavior("lets callers write what they only read", both, "OUTPUT_ONLY", "", "-"),
  behavior("calls it breaking where a field can no longer be changed", both, "", "IMMUTABLE", "!"),
  behavior("lets a field be changed", both, "IMMUTABLE", "", "-"),
  behavior("calls it breaking where answers no longer carry a field", both, "", "INPUT_ONLY", "!"),
  behavior("does not mind what was so before", both, "", "OPTIONAL", "-"),
  marked("tells a field about a person", "", "personal: true", "- personal-on"),
  marked("tells a field that is no longer about a person", "personal: true", "", "- personal-off"),
  marked("tells a credential", "", "secret: true", "- secret-on"),
  marked("tells a credential that is none any more", "secret: true", "secret: false", "- secret-off"),
  marked("tells a field that no longer makes another request", "", "transport: true", "- transport-on"),
  marked("calls it breaking where a field makes another request", "transport: true", "", "! transport-off"),
  marked("tells a stream that can be resumed", "", "resume_token: true", "- resume-token-on"),
  marked("calls it breaking where a stream cannot be resumed", "resume_token: true", "", "! resume-token-off"),
  marked("tells other words for people", 'hint: "a"', 'hint: "b"', "- hint"),
];
