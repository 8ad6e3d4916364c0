import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { type Change, change, holds } from "./change.ts";
import { isJsonObject, words } from "./option-values.ts";

const METHOD = "[staymesh.options.v1.method]";
const FIELD = "[staymesh.options.v1.field]";
const ERROR = "[staymesh.options.v1.error]";

/** The options that a part of the diff of its own judges. */
const JUDGED: ReadonlySet<string> = new Set([
  "deprecated",
  "idempotency_level",
  "[google.api.http]",
  "[google.api.field_behavior]",
  "[buf.validate.field]",
  "[buf.validate.message]",
  "[buf.validate.oneof]",
  ...[
    "scopes",
    "timeout",
    "priority",
    "rate_cost",
    "public",
    "property_field",
    "creates",
    "fan_out",
    "retirement",
    "reasons",
  ].map((name) => `${METHOD}.${name}`),
  ...["personal", "secret", "transport", "resume_token", "hint"].map((name) => `${FIELD}.${name}`),
  ...["code", "http_status", "title", "remedy"].map((name) => `${ERROR}.${name}`),
]);

/** Deprecation, and every option that nothing else looks at, so that no change of a contract goes unseen. */
export const diffOtherOptions = (subject: string, old: JsonObject, next: JsonObject): readonly Change[] => {
  const before = flattened(old);
  const after = flattened(next);
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => !JUDGED.has(name));
  return [
    ...diffDeprecated(subject, old["deprecated"] === true, next["deprecated"] === true),
    ...names.flatMap((name) => {
      const told = [words(before.get(name)), words(after.get(name))] as const;
      return told[0] === told[1]
        ? []
        : [change("option", `${subject} (${name.replaceAll(/[[\]]/g, "")})`, told, holds(OTHER))];
    }),
  ];
};

const OTHER = "It describes the contract to tools; no call is answered in another way because of it.";

const diffDeprecated = (subject: string, old: boolean, next: boolean): readonly Change[] => {
  if (old === next) {
    return [];
  }
  return next
    ? [
        change(
          "deprecated",
          subject,
          [undefined, undefined],
          holds("It works as before, and new programs use something else."),
        ),
      ]
    : [change("deprecation-withdrawn", subject, [undefined, undefined], holds("It may be used again."))];
};

/** The parts of our own options are told one by one, since most of them are judged elsewhere. */
const flattened = (values: JsonObject): ReadonlyMap<string, JsonValue> =>
  new Map(
    Object.entries(values).flatMap(([name, value]) =>
      [METHOD, FIELD, ERROR].includes(name) && isJsonObject(value)
        ? Object.entries(value).map(([part, inner]) => [`${name}.${part}`, inner] as const)
        : [[name, value] as const],
    ),
  );
