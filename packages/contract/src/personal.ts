import type { DescMessage } from "@bufbuild/protobuf";
import type { OptionReader } from "./options.ts";

/** Finds the personal and secret fields of message types, at any depth; a type that contains itself is entered once. */
export const personalFields = (options: OptionReader): ((desc: DescMessage) => readonly string[]) => {
  const known = new WeakMap<DescMessage, readonly string[]>();
  const find = (desc: DescMessage, above: readonly DescMessage[]): readonly string[] =>
    desc.fields.flatMap((field) => {
      const option = options.field(field);
      if (option?.personal === true || option?.secret === true) {
        return [field.name];
      }
      if (field.message === undefined || above.includes(field.message)) {
        return [];
      }
      return find(field.message, [...above, field.message]).map((below) => `${field.name}.${below}`);
    });
  return (desc) => {
    const paths = known.get(desc) ?? find(desc, [desc]);
    known.set(desc, paths);
    return paths;
  };
};
