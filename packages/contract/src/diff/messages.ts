import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { breaks, type Change, change, holds } from "./change.ts";
import { diffField } from "./fields.ts";
import { optionValues } from "./option-values.ts";
import { diffOtherOptions } from "./other-options.ts";
import { findRenamed, pairUp } from "./pairs.ts";
import { diffReserved, type Reserved, reservedOf, reuse } from "./reserved.ts";
import type { Rule } from "./rule-leaves.ts";
import { diffGroupRules } from "./rules.ts";
import type { Sides } from "./sides.ts";
import { elementWords, typeWords } from "./type-words.ts";
import { fieldUse, type Use } from "./use.ts";

const REQUIRED = 2;

/** Fields, oneofs, reservations and rules of a message. */
export const diffMessage = (sides: Sides, old: DescMessage, next: DescMessage): readonly Change[] => {
  const subject = old.typeName;
  const fields = matchFields(sides, old, next);
  const [before, after] = [optionValues(old, sides.old.registry), optionValues(next, sides.next.registry)];
  const oneofs = diffOneofs(sides, old, next);
  return [
    ...fields.gone.map((field) => removedField(field, reservedOf(next))),
    ...fields.fresh.map((field) => addedField(sides, old, field)),
    ...fields.both.flatMap(([field, same]) => diffField(sides, field, same, oneofs.renamed)),
    ...oneofs.changes,
    ...diffReserved(subject, reservedOf(old), reservedOf(next), next.fields),
    ...diffGroupRules(subject, sides.uses(old), before, after, (rule) => isIdle(sides, old, next, rule)),
    ...diffOtherOptions(subject, before, after),
  ];
};

/** Old callers send none of the new fields, so that a rule which looks at nothing else sees what it sees in an empty message. */
const isIdle = (sides: Sides, old: DescMessage, next: DescMessage, { about, fields = [] }: Rule): boolean =>
  fields.length > 0 &&
  fields.every((name) => !old.fields.some((field) => field.name === name)) &&
  ![...sides.needed(next).rules].some((id) => about === `cel ${id}`);

interface Fields {
  readonly both: readonly (readonly [DescField, DescField])[];
  readonly gone: readonly DescField[];
  readonly fresh: readonly DescField[];
}

/** The same name is the same field; the same number under a new name is it too, if the type is what it was. */
const matchFields = (sides: Sides, old: DescMessage, next: DescMessage): Fields => {
  const byName = pairUp<DescField>(old.fields, next.fields, ({ name }) => name);
  const shape = (field: DescField, renames = sides.renames) => `${field.number} ${typeWords(field, renames)}`;
  const { renamed, gone, fresh } = findRenamed(byName, shape, (field) => shape(field, new Map()));
  return { both: [...byName.both, ...renamed], gone, fresh };
};

const removedField = (field: DescField, reserved: Reserved): Change => {
  const isKept = reserved.ranges.some(([start, end]) => start <= field.number && field.number < end);
  return change(
    "field-removed",
    `${field.parent.typeName}.${field.name}`,
    [typeWords(field), undefined],
    breaks(
      isKept
        ? "Requests that carry it are refused, and whoever reads it in an answer misses it."
        : `Requests that carry it are refused, whoever reads it in an answer misses it, and its number ${field.number} is not reserved.`,
    ),
  );
};

const addedField = (sides: Sides, old: DescMessage, field: DescField): Change => {
  const subject = `${old.typeName}.${field.name}`;
  const told = [undefined, typeWords(field)] as const;
  const earlier = old.fields.find(({ number }) => number === field.number);
  const reused =
    earlier === undefined
      ? reuse(reservedOf(old), field.number, field.name)
      : `The number ${field.number} was that of ${earlier.name}, which old programs still write and read there.`;
  if (reused !== undefined) {
    return change("number-reused", subject, told, breaks(reused));
  }
  const use = fieldUse(sides.next, () => sides.uses(old), field);
  if (use.request && sides.next.options.fieldBehavior(field).includes(REQUIRED)) {
    return change("field-added", subject, told, breaks("It is required, and requests of old callers do not carry it."));
  }
  if (use.request && sides.needed(field.parent).fields.has(field.name)) {
    return change(
      "field-added",
      subject,
      told,
      breaks("Its rules refuse a request without it, as old callers send it."),
    );
  }
  return change("field-added", subject, told, holds(addedWords(use)));
};

const addedWords = ({ request, answer }: Use): string =>
  request && answer
    ? "Nobody has to send it, and whoever does not know it in an answer reads over it."
    : request
      ? "Nobody has to send it."
      : "Whoever does not know it in an answer reads over it.";

const diffOneofs = (
  sides: Sides,
  old: DescMessage,
  next: DescMessage,
): { readonly changes: readonly Change[]; readonly renamed: ReadonlyMap<string, string> } => {
  const paired = pairUp<DescOneof>(old.oneofs, next.oneofs, ({ name }) => name);
  const members = (oneof: DescOneof) => oneof.fields.map((field) => `${field.number} ${elementWords(field)}`).join();
  const found = findRenamed(paired, members);
  const subject = (oneof: DescOneof) => `${old.typeName}.${oneof.name}`;
  return {
    renamed: new Map(found.renamed.map(([one, other]) => [one.name, other.name])),
    changes: [
      ...found.renamed.map(([one, other]) =>
        change(
          "oneof-renamed",
          subject(one),
          [one.name, other.name],
          breaks("Bytes and JSON stay as they are; typed programs that name the choice no longer compile."),
        ),
      ),
      ...found.gone.map((one) =>
        change(
          "oneof-removed",
          subject(one),
          [memberNames(one), undefined],
          breaks("Typed programs that name the choice no longer compile."),
        ),
      ),
      ...found.fresh.map((one) =>
        change(
          "oneof-added",
          subject(one),
          [undefined, memberNames(one)],
          sides.uses(old).request && sides.needed(next).fields.has(one.name)
            ? breaks("It has to be made, and requests of old callers do not make it.")
            : holds("A choice between fields; where one of them was there before, that is told of the field."),
        ),
      ),
      ...[...found.both, ...found.renamed].flatMap(([one, other]) => {
        const values = [optionValues(one, sides.old.registry), optionValues(other, sides.next.registry)] as const;
        return [
          ...diffGroupRules(subject(one), sides.uses(old), ...values),
          ...diffOtherOptions(subject(one), ...values),
        ];
      }),
    ],
  };
};

const memberNames = (oneof: DescOneof): string => oneof.fields.map(({ name }) => name).join(", ");
