import type { MethodFacts } from "../facts.ts";
import { type Change, change, holds } from "./change.ts";

/** What a method names as what it may refuse with; what follows from its shape is told where the shape changes. */
export const diffMethodReasons = (old: MethodFacts, next: MethodFacts): readonly Change[] => {
  const [gone, fresh] = [missingIn(next, old), missingIn(old, next)];
  return [
    ...(gone === ""
      ? []
      : [
          change(
            "method-reasons-removed",
            old.fullName,
            [gone, undefined],
            holds("Callers meet it there no more, and what they do about it rests."),
          ),
        ]),
    ...(fresh === ""
      ? []
      : [
          change(
            "method-reasons-added",
            old.fullName,
            [undefined, fresh],
            holds("Callers may meet it there from now on; one that they do not know they treat by its status."),
          ),
        ]),
  ];
};

const missingIn = (one: MethodFacts, { ownReasons }: MethodFacts): string =>
  ownReasons.filter((reason) => !one.ownReasons.includes(reason)).join(", ");
