import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { breaks, type Change, change, holds, when } from "./change.ts";
import { section, words } from "./option-values.ts";

/** Who is asked for an answer that several give together. */
export const diffFanOut = (subject: string, old: JsonObject, next: JsonObject): readonly Change[] => {
  const [before, after] = [words(old["fan_out"]), words(next["fan_out"])];
  const lost = asked(old).filter((name) => !asked(next).includes(name));
  const verdict =
    before === undefined || after === undefined
      ? holds("Others answer it than before, with the same message.")
      : lost.length > 0
        ? breaks(`${lost.join(" and ")} is no longer asked, so that what it alone knew is not answered.`)
        : bestBy(old) === bestBy(next)
          ? holds("More is asked before it is answered.")
          : breaks("Of several answers another one may be given than before.");
  return when(before !== after, change("fan-out", subject, [before, after], verdict));
};

const asked = (options: JsonObject): readonly JsonValue[] => {
  const methods = section(options, "fan_out")["methods"];
  return Array.isArray(methods) ? methods : [];
};

const bestBy = (options: JsonObject): JsonValue | undefined => section(options, "fan_out")["best_by"];
