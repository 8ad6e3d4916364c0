import type { MethodFacts } from "../facts.ts";
import { breaks, type Change, change, when } from "./change.ts";
import { diffFanOut } from "./fan-out.ts";
import { diffAccess } from "./method-access.ts";
import { diffPromises } from "./method-promises.ts";
import { diffMethodReasons } from "./method-reasons.ts";
import { optionValues, section } from "./option-values.ts";
import { diffOtherOptions } from "./other-options.ts";
import { diffRetirement } from "./retirement.ts";
import type { Sides } from "./sides.ts";

const OPTION = "[staymesh.options.v1.method]";

/** What one method takes, gives, asks and promises, before and after. */
export const diffMethod = (sides: Sides, old: MethodFacts, next: MethodFacts): readonly Change[] => {
  const subject = old.fullName;
  const [before, after] = [optionValues(old.desc, sides.old.registry), optionValues(next.desc, sides.next.registry)];
  const [options, nextOptions] = [section(before, OPTION), section(after, OPTION)];
  return [
    ...diffTypes(sides, old, next),
    ...diffAccess(old, next),
    ...diffPromises(old, next),
    ...diffMethodReasons(old, next),
    ...diffRetirement(subject, section(options, "retirement"), section(nextOptions, "retirement"), sides.today),
    ...diffFanOut(subject, options, nextOptions),
    ...diffOtherOptions(subject, before, after),
  ];
};

const diffTypes = ({ renames }: Sides, old: MethodFacts, next: MethodFacts): readonly Change[] => {
  const renamed = (name: string) => renames.get(name) ?? name;
  return [
    ...when(
      renamed(old.input.typeName) !== next.input.typeName,
      change(
        "method-input",
        old.fullName,
        [old.input.typeName, next.input.typeName],
        breaks("It takes another message than callers send."),
      ),
    ),
    ...when(
      renamed(old.output.typeName) !== next.output.typeName,
      change(
        "method-output",
        old.fullName,
        [old.output.typeName, next.output.typeName],
        breaks("It answers with another message than callers read."),
      ),
    ),
    ...when(
      old.kind !== next.kind,
      change(
        "method-streaming",
        old.fullName,
        [old.kind, next.kind],
        breaks("One message and a stream of them are called in other ways."),
      ),
    ),
  ];
};
