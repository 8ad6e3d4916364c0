import { type AipRule, enumRule, messageRule, methodRule, problems } from "./rule.ts";

/** AIP-192: everything public has a comment. */
export const commentRules: readonly AipRule[] = [
  methodRule("AIP-192/methods", ({ desc }, { comments }) =>
    problems(
      [comments(`${desc.parent.typeName}.${desc.name}`) === "", "has no comment"],
      [desc.parent.methods[0] === desc && comments(desc.parent.typeName) === "", "its service has no comment"],
    ),
  ),

  messageRule("AIP-192/messages", ({ typeName, fields, oneofs }, { comments }) => [
    ...problems([comments(typeName) === "", "has no comment"]),
    ...[...fields, ...oneofs]
      .filter(({ name }) => comments(`${typeName}.${name}`) === "")
      .map(({ name }) => `${name} has no comment`),
  ]),

  enumRule("AIP-192/enums", ({ typeName, values }, { comments }) => [
    ...problems([comments(typeName) === "", "has no comment"]),
    ...values.filter(({ name }) => comments(`${typeName}.${name}`) === "").map(({ name }) => `${name} has no comment`),
  ]),

  messageRule("AIP-192/deprecated", ({ typeName, fields }, { comments }) =>
    fields
      .filter(({ deprecated, name }) => deprecated && !/deprecated/i.test(comments(`${typeName}.${name}`)))
      .map(({ name }) => `${name} is deprecated and its comment does not say what to use instead`),
  ),
];
