import { ScalarType } from "@bufbuild/protobuf";
import { fieldNamed, IDENTIFIER, OUTPUT_ONLY, shapeOf, snake } from "./model.ts";
import { type AipRule, fieldRule, problems, resourceRule } from "./rule.ts";

const COLLECTION = /^[a-z][a-zA-Z0-9]*$/;
const VARIABLE = /^\{[a-z][a-z0-9]*(_[a-z0-9]+)*\}$/;
const TIMESTAMP = "google.protobuf.Timestamp";

export const resourceRules: readonly AipRule[] = [
  resourceRule("AIP-122/name-field", ({ desc }, { contract }) => {
    const name = fieldNamed(desc, "name");
    return problems(
      [name?.scalar !== ScalarType.STRING, "has no field `name` of text"],
      [name !== undefined && desc.fields[0] !== name, "does not begin with its name"],
      [name !== undefined && !contract.options.fieldBehavior(name).includes(IDENTIFIER), "its name is no IDENTIFIER"],
    );
  }),

  fieldRule("AIP-122/reference", (field, { contract, methods, allResources }) => {
    if (field.scalar !== ScalarType.STRING || contract.options.resourceReference(field) !== undefined) {
      return [];
    }
    const isRequest = methods.some(({ input }) => input === field.parent);
    const named = isRequest && (field.name === "name" || field.name === "parent");
    const called = allResources.some(
      ({ singular, plural }) => snake(field.fieldKind === "list" ? plural : singular) === field.name,
    );
    return problems([named || called, "does not say which resource it names (google.api.resource_reference)"]);
  }),

  fieldRule("AIP-122/known-type", (field, { contract, allResources }) => {
    const reference = contract.options.resourceReference(field);
    const type = reference === undefined ? "" : reference.type || reference.childType;
    return problems([
      type !== "" && type !== "*" && !allResources.some((resource) => resource.type === type),
      `refers to ${type}, which nothing declares`,
    ]);
  }),

  resourceRule("AIP-123/type", ({ desc, type }, { allResources }) =>
    problems(
      [!/^[a-z0-9-]+(\.[a-z0-9-]+)+\/[A-Z]\w*$/.test(type), `"${type}" is not of the form service.domain/Type`],
      [type.slice(type.indexOf("/") + 1) !== desc.name, `its type "${type}" does not end with its message's name`],
      [allResources.filter((other) => other.type === type).length > 1, `"${type}" is declared twice`],
    ),
  ),

  resourceRule("AIP-123/pattern", ({ patterns, singular }) =>
    patterns.length === 0
      ? ["has no pattern"]
      : patterns.flatMap((pattern) => {
          const parts = pattern.split("/");
          const last = parts.at(-1) ?? "";
          return problems(
            [
              parts.some((part, index) => !(index % 2 === 0 ? COLLECTION : VARIABLE).test(part)),
              `"${pattern}" is not words in lowerCamelCase and ids in snake_case by turns`,
            ],
            [parts.some((part) => part.endsWith("_id}")), `an id of "${pattern}" ends with _id`],
            [
              // A singleton (AIP-156) ends with a word.
              last !== (parts.length % 2 === 0 ? `{${snake(singular)}}` : singular),
              `"${pattern}" does not end with its singular "${singular}"`,
            ],
          );
        }),
  ),

  resourceRule("AIP-123/words", ({ desc, patterns, singular, plural }) => {
    const collections = patterns.map((pattern) => pattern.split("/")).filter((parts) => parts.length % 2 === 0);
    return problems(
      [snake(desc.name) !== snake(singular), `its singular "${singular}" is not its message's name`],
      [!COLLECTION.test(plural), "has no plural in lowerCamelCase"],
      [
        collections.some((parts) => parts.at(-2) !== plural),
        `the collection of its pattern is not its plural "${plural}"`,
      ],
    );
  }),

  resourceRule("AIP-123/distinct", ({ patterns }, { allResources }) => {
    const twice = patterns.find(
      (pattern) =>
        allResources
          .flatMap((other) => other.patterns)
          .map(shapeOf)
          .filter((shape) => shape === shapeOf(pattern)).length > 1,
    );
    return problems([twice !== undefined, `"${twice}" names another resource too`]);
  }),

  resourceRule("AIP-148/times", ({ desc }, { contract }) =>
    desc.fields
      .filter(({ name }) => /^(create|update|delete|expire|purge)_time$/.test(name))
      .flatMap((field) =>
        problems(
          [field.message?.typeName !== TIMESTAMP, `${field.name} is no Timestamp`],
          [
            /^(create|update|delete)_/.test(field.name) && !contract.options.fieldBehavior(field).includes(OUTPUT_ONLY),
            `${field.name} is not OUTPUT_ONLY`,
          ],
        ),
      ),
  ),

  resourceRule("AIP-148/texts", ({ desc }) =>
    desc.fields
      .filter(({ name }) => /^(display_name|title|description|uid|etag)$/.test(name))
      .flatMap((field) => problems([field.scalar !== ScalarType.STRING, `${field.name} is no text`])),
  ),
];
