import { type DescField, ScalarType } from "@bufbuild/protobuf";

/** The name under which the new contract has a type of the old one. */
export type Renames = ReadonlyMap<string, string>;

export type Cardinality = "singular" | "repeated" | "map";

export const cardinality = ({ fieldKind }: DescField): Cardinality =>
  fieldKind === "list" ? "repeated" : fieldKind === "map" ? "map" : "singular";

/** A field's type as it stands in a .proto, with renamed types under their new name. */
export const typeWords = (field: DescField, renames: Renames = new Map()): string => {
  const element = elementWords(field, renames);
  switch (field.fieldKind) {
    case "list":
      return `repeated ${element}`;
    case "map":
      return `map<${scalarWords(field.mapKey)}, ${element}>`;
    default:
      return element;
  }
};

export const elementWords = (field: DescField, renames: Renames = new Map()): string => {
  if (field.message !== undefined) {
    const name = renames.get(field.message.typeName) ?? field.message.typeName;
    const delimited = "delimitedEncoding" in field && field.delimitedEncoding === true;
    return delimited ? `${name} (delimited)` : name;
  }
  if (field.enum !== undefined) {
    return renames.get(field.enum.typeName) ?? field.enum.typeName;
  }
  return field.scalar === undefined ? "message" : scalarWords(field.scalar);
};

const scalarWords = (scalar: ScalarType): string => ScalarType[scalar].toLowerCase();

/** Types within a group are the same bytes on the wire for the values that they share. */
const WIRE: readonly (readonly string[])[] = [
  ["int32", "uint32", "int64", "uint64", "bool", "enum"],
  ["sint32", "sint64"],
  ["fixed32", "sfixed32"],
  ["fixed64", "sfixed64"],
  ["string", "bytes"],
];

const JSON_FORMS: readonly (readonly string[])[] = [
  ["int32", "uint32", "sint32", "fixed32", "sfixed32"],
  ["int64", "uint64", "sint64", "fixed64", "sfixed64"],
  ["float", "double"],
];

/** What a change of a field's type does to bytes and to JSON. */
export const typeEffect = (old: DescField, next: DescField): string => {
  const kinds = [kindWord(old), kindWord(next)] as const;
  const sharesWire = together(WIRE, kinds)
    ? "its bytes are read as before within the range of both"
    : "its bytes are misread";
  const sharesJson = together(JSON_FORMS, kinds) ? "its JSON looks the same" : "its JSON takes another form";
  return `Typed programs no longer compile; ${sharesWire}, and ${sharesJson}.`;
};

const together = (groups: readonly (readonly string[])[], [one, other]: readonly [string, string]): boolean =>
  groups.some((group) => group.includes(one) && group.includes(other));

const kindWord = (field: DescField): string =>
  field.enum !== undefined ? "enum" : field.scalar === undefined ? "message" : scalarWords(field.scalar);
