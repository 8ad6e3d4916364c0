import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence as Presence } from "@bufbuild/protobuf/wkt";
import { diffBehavior } from "./behavior.ts";
import { breaks, type Change, change } from "./change.ts";
import { diffFieldOptions } from "./field-options.ts";
import { optionValues } from "./option-values.ts";
import { diffOtherOptions } from "./other-options.ts";
import { diffFieldRules } from "./rules.ts";
import type { Sides } from "./sides.ts";
import { cardinality, typeEffect, typeWords } from "./type-words.ts";
import { fieldUse } from "./use.ts";

/** One field that stands in both contracts, perhaps under another name or number. */
export const diffField = (
  sides: Sides,
  old: DescField,
  next: DescField,
  renamedOneofs: ReadonlyMap<string, string>,
): readonly Change[] => {
  const subject = `${old.parent.typeName}.${old.name}`;
  const use = fieldUse(sides.old, sides.uses, old);
  const [before, after] = [optionValues(old, sides.old.registry), optionValues(next, sides.next.registry)];
  return [
    ...diffName(subject, old, next),
    ...diffType(sides, subject, old, next),
    ...diffPlace(subject, old, next, renamedOneofs),
    ...diffBehavior(subject, use, sides.old.options.fieldBehavior(old), sides.next.options.fieldBehavior(next)),
    ...diffFieldRules(subject, use, before, after),
    ...diffFieldOptions(subject, sides.old.options.field(old), sides.next.options.field(next)),
    ...diffOtherOptions(subject, before, after),
  ];
};

const diffName = (subject: string, old: DescField, next: DescField): readonly Change[] => {
  if (old.name !== next.name) {
    const why =
      old.jsonName === next.jsonName
        ? "Bytes and JSON stay as they are; typed programs, field masks and queries by the proto name do not know the new name."
        : "Its bytes are read as before, but JSON, field masks, queries and typed programs use the name.";
    return [change("field-renamed", subject, [old.name, next.name], breaks(why))];
  }
  return [
    ...(old.number === next.number
      ? []
      : [
          change(
            "field-renumbered",
            subject,
            [`${old.number}`, `${next.number}`],
            breaks("Old programs write and read it at the other number; JSON, which uses the name, stays as it is."),
          ),
        ]),
    ...(old.jsonName === next.jsonName
      ? []
      : [
          change(
            "field-json-name",
            subject,
            [old.jsonName, next.jsonName],
            breaks("Callers with JSON know it by the old name; its bytes stay as they are."),
          ),
        ]),
  ];
};

const diffType = (sides: Sides, subject: string, old: DescField, next: DescField): readonly Change[] => {
  const told = [typeWords(old), typeWords(next)] as const;
  if (cardinality(old) !== cardinality(next)) {
    return [
      change(
        "field-cardinality",
        subject,
        told,
        breaks("One value and several are other JSON, and other types in programs."),
      ),
    ];
  }
  return typeWords(old, sides.renames) === told[1]
    ? []
    : [change("field-type", subject, told, breaks(typeEffect(old, next)))];
};

/** Whether absence can be told, and which choice the field is a part of. */
const diffPlace = (
  subject: string,
  old: DescField,
  next: DescField,
  renamedOneofs: ReadonlyMap<string, string>,
): readonly Change[] => {
  const choice = old.oneof === undefined ? undefined : (renamedOneofs.get(old.oneof.name) ?? old.oneof.name);
  if (choice !== next.oneof?.name) {
    const why =
      next.oneof === undefined
        ? "Typed programs that set it through its choice no longer compile."
        : "Setting it now clears the other members of its choice, and typed programs no longer compile.";
    return [change("field-oneof", subject, [old.oneof?.name, next.oneof?.name], breaks(why))];
  }
  return [
    ...(old.presence === next.presence || cardinality(old) !== cardinality(next) || old.message !== undefined
      ? []
      : [
          change(
            "field-presence",
            subject,
            [presenceWords(old), presenceWords(next)],
            breaks(
              "A missing value and zero are told apart in one of the two and not in the other, in JSON and in programs.",
            ),
          ),
        ]),
    ...(defaultWords(old) === defaultWords(next)
      ? []
      : [
          change(
            "field-default",
            subject,
            [defaultWords(old), defaultWords(next)],
            breaks("The same bytes without the field mean another value."),
          ),
        ]),
  ];
};

const presenceWords = ({ presence }: DescField): string =>
  presence === Presence.EXPLICIT ? "explicit" : presence === Presence.IMPLICIT ? "implicit" : "required";

const defaultWords = (field: DescField): string | undefined => {
  const value = field.fieldKind === "scalar" || field.fieldKind === "enum" ? field.getDefaultValue() : undefined;
  if (value === undefined) {
    return undefined;
  }
  return field.scalar === ScalarType.BYTES && value instanceof Uint8Array ? value.toString() : String(value);
};
