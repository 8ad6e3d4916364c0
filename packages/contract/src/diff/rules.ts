import type { JsonObject } from "@bufbuild/protobuf";
import { breaks, type Change, type ChangeKind, change, holds, type Verdict } from "./change.ts";
import { section } from "./option-values.ts";
import { fieldRules, groupRules, type Rule } from "./rule-leaves.ts";
import { type Turn, turnOf } from "./rule-turns.ts";
import { type Use, useWords } from "./use.ts";

type Rules = ReadonlyMap<string, Rule>;

/** What buf.validate says about one field, before and after. */
export const diffFieldRules = (subject: string, use: Use, old: JsonObject, next: JsonObject): readonly Change[] =>
  diffRules(subject, use, fieldRules(section(old, FIELD)), fieldRules(section(next, FIELD)));

/** What it says about a whole message, or about a oneof. `isIdle` tells a new rule that no message without new fields breaks. */
export const diffGroupRules = (
  subject: string,
  use: Use,
  old: JsonObject,
  next: JsonObject,
  isIdle: (rule: Rule) => boolean = () => false,
): readonly Change[] =>
  ["[buf.validate.message]", "[buf.validate.oneof]"].flatMap((name) =>
    diffRules(subject, use, groupRules(section(old, name)), groupRules(section(next, name)), isIdle),
  );

const FIELD = "[buf.validate.field]";

const diffRules = (
  subject: string,
  use: Use,
  old: Rules,
  next: Rules,
  isIdle: (rule: Rule) => boolean = () => false,
): readonly Change[] => {
  const outside = outsidePlaces(old, next);
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((name) => {
    const [before, after] = [old.get(name), next.get(name)];
    const rule = before ?? after;
    const turn = turnOf(before, after);
    const told = [before?.words, after?.words] as const;
    if (turn === "same") {
      return before?.told === after?.told
        ? []
        : [change("rule-changed", subject, [before?.told, after?.told], holds(WORDS_ALONE))];
    }
    const isBound = rule?.about === "lower" || rule?.about === "upper";
    const sure = isBound && outside.has(rule.place) ? "unclear" : turn;
    const idle = before === undefined && after !== undefined && isIdle(after);
    return [change(KIND[sure], subject, told, idle ? holds(NEW_FIELDS_ALONE) : verdict(sure, use))];
  });
};

const KIND: Readonly<Record<Exclude<Turn, "same">, ChangeKind>> = {
  tighter: "rule-tightened",
  looser: "rule-loosened",
  unclear: "rule-changed",
};

const NEW_FIELDS_ALONE = "It concerns new fields alone, and a request without them keeps it.";

const WORDS_ALONE = "Only the words that a caller reads have changed.";

const verdict = (turn: Exclude<Turn, "same">, use: Use): Verdict => {
  switch (turn) {
    case "tighter":
      return use.request
        ? breaks("Requests that were accepted are refused.")
        : holds("It is in answers alone, where callers see fewer values than they are ready for.");
    case "looser":
      return use.request
        ? holds(
            use.answer
              ? "Whatever was accepted still is; answers may show what a caller has newly written."
              : "Whatever was accepted still is.",
          )
        : breaks("It is in answers alone, which may now hold values that callers have been told never to expect.");
    case "unclear":
      return breaks(`The two rules cannot be compared, so that ${useWords(use)} which were right may no longer be.`);
  }
};

/** A lower bound above the upper one accepts what lies outside of both, and then higher is not tighter. */
const outsidePlaces = (...all: readonly Rules[]): ReadonlySet<string> =>
  new Set(
    all.flatMap((rules) =>
      [...rules.values()].flatMap((rule) => {
        const upper = rules.get(`${rule.place}upper`);
        return rule.about === "lower" && upper !== undefined && turnOf({ ...upper, about: "lower" }, rule) === "tighter"
          ? [rule.place]
          : [];
      }),
    ),
  );
