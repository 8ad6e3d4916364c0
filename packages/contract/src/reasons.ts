import type { DescEnum, FileRegistry } from "@bufbuild/protobuf";
import type { ReasonFacts } from "./facts.ts";
import type { OptionReader } from "./options.ts";

/** The error catalogue: every enum value with an `error` option, under its name without the enum's prefix. */
export const readReasons = (registry: FileRegistry, options: OptionReader): ReadonlyMap<string, ReasonFacts> => {
  const reasons = new Map<string, ReasonFacts>();
  for (const type of registry) {
    if (type.kind !== "enum") {
      continue;
    }
    for (const value of type.values) {
      const error = options.error(value);
      if (error === undefined) {
        continue;
      }
      const { code, httpStatus, title, remedy } = error;
      const reason = bareName(type, value.name);
      const earlier = reasons.get(reason);
      const facts = { reason, code, httpStatus, title, remedy, enums: [...(earlier?.enums ?? []), type.typeName] };
      if (earlier !== undefined && !agree(earlier, facts)) {
        throw new Error(`the reason ${reason} is told differently in ${facts.enums.join(" and ")}`);
      }
      reasons.set(reason, facts);
    }
  }
  return reasons;
};

/** The reasons that the enums of one proto package declare. */
export const reasonsOfPackage = (
  reasons: ReadonlyMap<string, ReasonFacts>,
  packageName: string,
): readonly ReasonFacts[] =>
  [...reasons.values()].filter((reason) =>
    reason.enums.some((name) => name.slice(0, name.lastIndexOf(".")) === packageName),
  );

const bareName = (type: DescEnum, name: string): string => {
  const prefix = `${type.name.replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3_$2$4").toUpperCase()}_`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
};

const agree = (one: ReasonFacts, other: ReasonFacts): boolean =>
  one.code === other.code &&
  one.httpStatus === other.httpStatus &&
  one.title === other.title &&
  one.remedy === other.remedy;
