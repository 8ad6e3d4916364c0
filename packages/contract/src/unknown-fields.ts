import type { DescMessage, Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";

/** Paths of the fields, at any depth, that the contract does not know; they have numbers only: `reservation.#99`. */
export const unknownFieldNames = (desc: DescMessage, message: Message): readonly string[] => {
  const found: string[] = [];
  visit(desc, message, "", found);
  return found;
};

const visit = (desc: DescMessage, message: Message, prefix: string, found: string[]): void => {
  for (const unknown of message.$unknown ?? []) {
    found.push(`${prefix}#${unknown.no}`);
  }
  const fields = messageFields(desc);
  if (fields.length === 0) {
    return;
  }
  const view = reflect(desc, message);
  for (const field of fields) {
    if (!view.isSet(field)) {
      continue;
    }
    switch (field.fieldKind) {
      case "message":
        visit(field.message, view.get(field).message, `${prefix}${field.name}.`, found);
        break;
      case "list":
        if (field.listKind === "message") {
          for (const [index, item] of [...view.get(field)].entries()) {
            visitItem(field.message, item, `${prefix}${field.name}[${index}].`, found);
          }
        }
        break;
      case "map":
        if (field.mapKind === "message") {
          for (const [key, item] of view.get(field)) {
            visitItem(field.message, item, `${prefix}${field.name}[${JSON.stringify(key)}].`, found);
          }
        }
        break;
    }
  }
};

const visitItem = (desc: DescMessage, item: unknown, prefix: string, found: string[]): void => {
  if (typeof item === "object" && item !== null && "message" in item) {
    visit(desc, item.message as Message, prefix, found);
  }
};

const known = new WeakMap<DescMessage, DescMessage["fields"]>();

const messageFields = (desc: DescMessage): DescMessage["fields"] => {
  const fields = known.get(desc) ?? desc.fields.filter((field) => field.message !== undefined);
  known.set(desc, fields);
  return fields;
};
