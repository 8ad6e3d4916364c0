import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { breaks, type Change, change, holds } from "./change.ts";
import { optionValues } from "./option-values.ts";
import { diffOtherOptions } from "./other-options.ts";
import { pairUp } from "./pairs.ts";
import { diffReserved, reservedOf, reuse } from "./reserved.ts";
import type { Sides } from "./sides.ts";
import { useWords } from "./use.ts";

/** The values of an enum. Reasons of the error catalogue are told by their own names elsewhere, since their numbers never travel. */
export const diffEnum = (sides: Sides, old: DescEnum, next: DescEnum): readonly Change[] => {
  const subject = old.typeName;
  const { both, gone, fresh } = pairUp<DescEnumValue>(old.values, next.values, ({ name }) => name);
  const renamed = gone.flatMap((value) => {
    const successor = fresh.find(({ number }) => number === value.number);
    return successor === undefined ? [] : [[value, successor] as const];
  });
  const isRenamed = (value: DescEnumValue) => renamed.some((pair) => pair.includes(value));
  const isReason = (value: DescEnumValue) =>
    (value.parent === old ? sides.old : sides.next).options.error(value) !== undefined;
  return [
    ...(old.open === next.open
      ? []
      : [
          change(
            "enum-openness",
            subject,
            [openWords(old), openWords(next)],
            breaks("Programs meet unknown values in another way."),
          ),
        ]),
    ...gone.filter((value) => !isRenamed(value) && !isReason(value)).map((value) => removed(value)),
    ...fresh.filter((value) => !isRenamed(value) && !isReason(value)).map((value) => added(sides, old, value)),
    ...renamed
      .filter(([value, successor]) => !isReason(value) && !isReason(successor))
      .map(([value, { name }]) =>
        change(
          "value-renamed",
          `${subject}.${value.name}`,
          [value.name, name],
          breaks(
            "Its number is read as before, but JSON writes the name, which is refused in requests and unknown in answers.",
          ),
        ),
      ),
    ...[...both, ...renamed].flatMap(([value, same]) => diffValue(sides, value, same)),
    ...diffReserved(subject, reservedOf(old), reservedOf(next), next.values),
  ];
};

const openWords = ({ open }: DescEnum): string => (open ? "open" : "closed");

const diffValue = (sides: Sides, old: DescEnumValue, next: DescEnumValue): readonly Change[] => {
  const subject = `${old.parent.typeName}.${old.name}`;
  return [
    ...(old.number === next.number
      ? []
      : [
          change(
            "value-renumbered",
            subject,
            [`${old.number}`, `${next.number}`],
            breaks("Old programs read and write the other number; JSON, which writes the name, stays as it is."),
          ),
        ]),
    ...diffOtherOptions(subject, optionValues(old, sides.old.registry), optionValues(next, sides.next.registry)),
  ];
};

const removed = (value: DescEnumValue): Change =>
  change(
    "value-removed",
    `${value.parent.typeName}.${value.name}`,
    [`${value.number}`, undefined],
    breaks("Callers that send it are refused, and programs that name it no longer compile."),
  );

const added = (sides: Sides, old: DescEnum, value: DescEnumValue): Change => {
  const subject = `${old.typeName}.${value.name}`;
  const reused = reuse(reservedOf(old), value.number, value.name);
  if (reused !== undefined) {
    return change("number-reused", subject, [undefined, `${value.number}`], breaks(reused));
  }
  const use = sides.uses(old);
  const verdict =
    use.answer && !old.open
      ? breaks("The enum is closed: old programs cannot hold a value in an answer that they do not know.")
      : holds(
          use.answer
            ? `It stands in ${useWords(use)}: a caller may meet it and takes it for a value that it does not know.`
            : "Nobody has to send it.",
        );
  return change("value-added", subject, [undefined, `${value.number}`], verdict);
};
