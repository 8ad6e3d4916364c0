import { create, type DescEnum, type DescMessage } from "@bufbuild/protobuf";
import type { Contract } from "../facts.ts";
import { messageCheck } from "../validate.ts";
import { type Change, inOrder } from "./change.ts";
import { diffEnum } from "./enums.ts";
import { diffMessage } from "./messages.ts";
import { optionValues } from "./option-values.ts";
import { diffOtherOptions } from "./other-options.ts";
import { diffReasons } from "./reasons.ts";
import { diffServices } from "./services.ts";
import type { Sides } from "./sides.ts";
import { matchTypes } from "./types.ts";
import { usesOf } from "./use.ts";

/**
 * Every difference between two contracts that somebody who calls them can notice, and for each whether it breaks a program that works.
 * Comments do not count. `today` is an ISO day, by which announced ends are judged. Throws where the routes of a contract contradict
 * each other.
 */
export const diffContracts = (
  old: Contract,
  next: Contract,
  { today }: { readonly today: string },
): readonly Change[] => {
  const types = matchTypes(old, next);
  const sides: Sides = { old, next, today, renames: types.renames, uses: usesOf(old), needed: neededFields(next) };
  return inOrder([
    ...diffServices(sides),
    ...types.changes,
    ...types.messages.flatMap(([one, other]) => diffMessage(sides, one, other)),
    ...types.enums.flatMap(([one, other]) => [...diffEnum(sides, one, other), ...enumOptions(sides, one, other)]),
    ...diffReasons(old, next),
  ]);
};

/** An empty message breaks the rules of exactly those fields that have to be sent. */
const neededFields = ({ registry, options }: Contract): Sides["needed"] => {
  const check = messageCheck(registry, options);
  return (desc: DescMessage) => {
    const violations = check(desc)(create(desc));
    return {
      fields: new Set(violations.map(({ field }) => field)),
      rules: new Set(violations.map(({ rule }) => rule)),
    };
  };
};

const enumOptions = (sides: Sides, old: DescEnum, next: DescEnum): readonly Change[] =>
  diffOtherOptions(old.typeName, optionValues(old, sides.old.registry), optionValues(next, sides.next.registry));
