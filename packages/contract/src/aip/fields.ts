import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { OUTPUT_ONLY, REQUIRED } from "./model.ts";
import { type AipRule, fieldRule, messageRule, problems } from "./rule.ts";
import { PREPOSITION_FIELDS, PREPOSITIONS, STANDARD_WORDS } from "./words.ts";

const typeOf = ({ message }: DescField): string => message?.typeName ?? "";

export const fieldRules: readonly AipRule[] = [
  fieldRule("AIP-140/snake-case", ({ name }) =>
    problems([!/^[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*$/.test(name), "is not lower_snake_case"]),
  ),

  fieldRule("AIP-140/prepositions", ({ name }) => {
    const found = PREPOSITION_FIELDS.has(name) ? undefined : name.split("_").find((word) => PREPOSITIONS.has(word));
    return problems([found !== undefined, `has the preposition "${found}" in its name`]);
  }),

  fieldRule("AIP-140/plural", ({ name, fieldKind, message }) => {
    // In "days_of_week" it is the days that are several.
    const [head = ""] = name.split(/_(?:of|for|by)_/);
    const isMany = fieldKind === "list" || (fieldKind === "map" && message === undefined);
    return problems([isMany && !/(s|data|media|children|people)$/.test(head), "is several and has no plural name"]);
  }),

  fieldRule("AIP-140/uri", ({ name }) => problems([/(^|_)urls?(_|$)/.test(name), "says url, where the word is uri"])),

  fieldRule("AIP-140/boolean", ({ name, scalar }) =>
    problems([scalar === ScalarType.BOOL && /^is_/.test(name), "begins with is_, which the type says already"]),
  ),

  fieldRule("AIP-141/count", ({ name }) =>
    problems([/^(num|number_of|count)_/.test(name), "is a count, which is called something_count"]),
  ),

  fieldRule("AIP-141/unsigned", ({ scalar }) =>
    problems([
      scalar !== undefined && [ScalarType.UINT32, ScalarType.UINT64, ScalarType.FIXED32].includes(scalar),
      "is unsigned, which not every language has",
    ]),
  ),

  fieldRule("AIP-142/time", (field) =>
    problems(
      [
        typeOf(field) === "google.protobuf.Timestamp" && !/(^|_)times?$/.test(field.name),
        "is an instant, and its name does not end with _time",
      ],
      [
        typeOf(field) !== "google.protobuf.Timestamp" && /_time$/.test(field.name) && field.scalar !== undefined,
        "is called a time and is no Timestamp",
      ],
      [
        typeOf(field) === "google.protobuf.Timestamp" && /(^|_)(created|updated|deleted|modified)_/.test(field.name),
        "is not named create_time or the like",
      ],
    ),
  ),

  fieldRule("AIP-142/duration", (field) =>
    problems(
      [
        typeOf(field) === "google.protobuf.Duration" &&
          !/(^|_)(duration|ttl|timeout|delay|offset|age)$/.test(field.name),
        "is a span of time, and its name does not end with _duration",
      ],
      [
        field.scalar !== undefined && /_(millis|seconds|minutes|ms|duration)$/.test(field.name),
        "is a span of time and no Duration",
      ],
    ),
  ),

  fieldRule("AIP-143/codes", (field) => {
    const better = field.scalar === undefined ? undefined : STANDARD_WORDS.get(field.name);
    return problems(
      [better !== undefined, `is called ${better} everywhere else`],
      [
        /^(currency|language|region|postal)_codes?$/.test(field.name) && field.scalar !== ScalarType.STRING,
        "is a code and no text",
      ],
    );
  }),

  fieldRule("AIP-146/any", (field) =>
    problems([typeOf(field) === "google.protobuf.Any", "may be anything (google.protobuf.Any)"]),
  ),

  messageRule("AIP-203/behavior", (message, { contract, written }) => {
    if (!written.has(message)) {
      return [];
    }
    return message.fields
      .filter((field) => contract.options.fieldBehavior(field).length === 0)
      .filter(({ name, oneof }) => name !== "request_id" && oneof === undefined)
      .map(({ name }) => `${name} does not say whether it may be absent (google.api.field_behavior)`);
  }),

  fieldRule("AIP-203/contradiction", (field, { contract }) => {
    const behavior = contract.options.fieldBehavior(field);
    return problems(
      [behavior.includes(OUTPUT_ONLY) && behavior.includes(REQUIRED), "is asked for and ignored at once"],
      [behavior.includes(1) && behavior.includes(REQUIRED), "is OPTIONAL and REQUIRED at once"],
    );
  }),
];
