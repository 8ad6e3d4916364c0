import type { JsonObject } from "@bufbuild/protobuf";
import { breaks, type Change, change, holds, type Verdict } from "./change.ts";
import { words } from "./option-values.ts";

/** The way out of a method (RFC 9745 and RFC 8594): it is announced, put off and called off, but never hurried. Days are ISO days. */
export const diffRetirement = (
  subject: string,
  old: JsonObject,
  next: JsonObject,
  today: string,
): readonly Change[] => {
  const [before, after] = [retirementWords(old), retirementWords(next)];
  if (before === after) {
    return [];
  }
  if (after === undefined) {
    return [change("retirement-withdrawn", subject, [before, after], holds("It stays."))];
  }
  return [change(before === undefined ? "retired" : "retirement", subject, [before, after], verdict(old, next, today))];
};

const verdict = (old: JsonObject, next: JsonObject, today: string): Verdict => {
  const [earlier, sunset] = [words(old["sunset_date"]), words(next["sunset_date"])];
  if (sunset !== undefined && earlier !== sunset) {
    if (sunset <= today) {
      return breaks(`Its sunset ${sunset} is not after today, ${today}: callers have no time to leave it.`);
    }
    if (earlier !== undefined && sunset < earlier) {
      return breaks(`Its sunset comes earlier than it was announced: ${sunset} instead of ${earlier}.`);
    }
  }
  return holds(
    sunset === undefined ? "It works as before, without an end that is known." : `It works as before until ${sunset}.`,
  );
};

const retirementWords = (option: JsonObject): string | undefined => {
  const parts = [
    ["deprecated from", option["deprecation_date"]],
    ["gone from", option["sunset_date"]],
    ["guide", option["guide_uri"]],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${words(value)}`]));
  return parts.length === 0 ? undefined : parts.join(", ");
};
