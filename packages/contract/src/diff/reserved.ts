import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { breaks, type Change, change } from "./change.ts";

/** From, included, to, excluded. */
type Range = readonly [number, number];

export interface Reserved {
  readonly ranges: readonly Range[];
  readonly names: readonly string[];
}

/** What a type must not use again. */
export const reservedOf = (desc: DescMessage | DescEnum): Reserved =>
  desc.kind === "message"
    ? { ranges: desc.proto.reservedRange.map(({ start, end }): Range => [start, end]), names: desc.proto.reservedName }
    : {
        // An enum's range contains its end.
        ranges: desc.proto.reservedRange.map(({ start, end }): Range => [start, end + 1]),
        names: desc.proto.reservedName,
      };

/** Why a new field or value must not be where it is; undefined where it may. */
export const reuse = (old: Reserved, number: number, name: string): string | undefined =>
  old.ranges.some(([start, end]) => start <= number && number < end)
    ? `The number ${number} was reserved: old programs and stored messages may still mean something else by it.`
    : old.names.includes(name)
      ? `The name ${name} was reserved: old programs and stored JSON may still mean something else by it.`
      : undefined;

/** Reservations that are gone without anything in their place, which `number-reused` would tell. */
export const diffReserved = (
  subject: string,
  old: Reserved,
  next: Reserved,
  used: readonly { readonly number: number; readonly name: string }[],
): readonly Change[] => {
  const covered = [...next.ranges, ...used.map(({ number }): Range => [number, number + 1])];
  const lost = [
    ...old.ranges.filter((range) => !isCovered(range, covered)).map(rangeWords),
    ...old.names.filter((name) => !next.names.includes(name) && !used.some((one) => one.name === name)),
  ];
  return lost.map((words) =>
    change(
      "reservation-removed",
      subject,
      [words, undefined],
      breaks("What old programs and stored messages mean by it may now be given another meaning."),
    ),
  );
};

const isCovered = ([start, end]: Range, by: readonly Range[]): boolean => {
  let reached = start;
  for (const [from, to] of [...by].sort(([one], [other]) => one - other)) {
    if (from <= reached && to > reached) {
      reached = to;
    }
  }
  return reached >= end;
};

const rangeWords = ([start, end]: Range): string => (end - start === 1 ? `${start}` : `${start} to ${end - 1}`);
