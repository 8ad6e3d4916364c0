import { type DescField, type DescMessage, getOption, hasOption } from "@bufbuild/protobuf";
import type { Contract } from "../facts.ts";
import { requiredOneofs } from "./constraints.ts";
import type { Json } from "./json.ts";

/** The values of buf.validate's options. */
export interface RuleReader {
  readonly field: (field: DescField) => unknown;
  readonly message: (desc: DescMessage) => unknown;
  readonly oneof: (oneof: DescMessage["oneofs"][number]) => unknown;
}

export const ruleReader = ({ registry }: Contract): RuleReader => {
  const reader =
    (name: string) =>
    (element: DescField | DescMessage | DescMessage["oneofs"][number]): unknown => {
      const extension = registry.getExtension(name);
      return extension !== undefined && hasOption(element, extension) ? getOption(element, extension) : undefined;
    };
  return {
    field: reader("buf.validate.field"),
    message: reader("buf.validate.message"),
    oneof: reader("buf.validate.oneof"),
  };
};

/** Members of a oneof exclude one another; one of them may have to be there. */
export const oneofSchemas = (desc: DescMessage, rulesOf: RuleReader["oneof"]): Json => {
  const needed = requiredOneofs(desc, rulesOf);
  const groups = desc.oneofs.map((oneof): Json => {
    const names = oneof.fields.map(({ jsonName }) => jsonName);
    const each = names.map((name) => ({ required: [name] }));
    if (needed.has(oneof.name)) {
      return { oneOf: each };
    }
    return { oneOf: [...each, { not: { anyOf: each } }] };
  });
  return groups.length === 0 ? {} : { allOf: groups };
};
