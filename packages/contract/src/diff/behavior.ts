import { breaks, type Change, change, holds, type Verdict } from "./change.ts";
import type { Use } from "./use.ts";

/** google.api.FieldBehavior by number. */
const NAMES: readonly string[] = [
  "FIELD_BEHAVIOR_UNSPECIFIED",
  "OPTIONAL",
  "REQUIRED",
  "OUTPUT_ONLY",
  "INPUT_ONLY",
  "IMMUTABLE",
  "UNORDERED_LIST",
  "NON_EMPTY_DEFAULT",
  "IDENTIFIER",
];

/** What google.api.field_behavior says about a field, before and after. */
export const diffBehavior = (
  subject: string,
  use: Use,
  old: readonly number[],
  next: readonly number[],
): readonly Change[] => {
  const [before, after] = [old.map(nameOf), next.map(nameOf)];
  const come = after.filter((name) => !before.includes(name));
  const gone = before.filter((name) => !after.includes(name));
  // OPTIONAL says what no other word says anyway, so that beside another one it is no news.
  const isNews = (name: string) => name !== "OPTIONAL" || come.length + gone.length === 1;
  return [
    ...come.filter(isNews).map((name) => change("field-behavior", subject, [undefined, name], added(name, use))),
    ...gone.filter(isNews).map((name) => change("field-behavior", subject, [name, undefined], removed(name, use))),
  ];
};

const nameOf = (behavior: number): string => NAMES[behavior] ?? `${behavior}`;

const added = (behavior: string, { request, answer }: Use): Verdict => {
  switch (behavior) {
    case "REQUIRED":
      return request
        ? breaks("Requests without it were accepted and are no longer, and typed programs have to give it.")
        : holds("Answers promise to carry it, which nobody minds.");
    case "OUTPUT_ONLY":
      return request ? breaks("What callers write there is no longer taken.") : holds("Callers never wrote it.");
    case "INPUT_ONLY":
      return answer ? breaks("Answers no longer carry it.") : holds("Answers never carried it.");
    case "IMMUTABLE":
    case "IDENTIFIER":
      return request ? breaks("Callers that change it are refused.") : holds("Callers never wrote it.");
    case "UNORDERED_LIST":
      return answer
        ? breaks("Callers that rely on the order of its items can no longer.")
        : holds("The order of what is sent stops to matter.");
    default:
      return holds("It tells what was so before.");
  }
};

const removed = (behavior: string, { request, answer }: Use): Verdict => {
  switch (behavior) {
    case "REQUIRED":
      return answer && !request
        ? breaks("Answers may come without it, and callers have been told that they never do.")
        : holds("Requests that carry it are right as before.");
    case "OUTPUT_ONLY":
      return holds("Callers may write what they only read before.");
    case "INPUT_ONLY":
      return holds("Answers show what they did not before.");
    case "IMMUTABLE":
    case "IDENTIFIER":
      return holds("Callers may change what they could not before.");
    default:
      return holds("Nothing is asked or promised by it.");
  }
};
