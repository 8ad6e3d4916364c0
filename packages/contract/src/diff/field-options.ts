import type { FieldOption } from "../options.ts";
import { breaks, type Change, type ChangeKind, change, holds, type Verdict } from "./change.ts";

interface Switch {
  readonly option: "personal" | "secret" | "transport" | "resumeToken";
  readonly on: readonly [ChangeKind, Verdict];
  readonly off: readonly [ChangeKind, Verdict];
}

const SWITCHES: readonly Switch[] = [
  {
    option: "personal",
    on: ["personal-on", holds("It is kept out of logs and erased with the guest from now on.")],
    off: [
      "personal-off",
      holds("It may appear in logs and outlive the guest's erasure: is it no longer about a person?"),
    ],
  },
  {
    option: "secret",
    on: ["secret-on", holds("It is never shown and not stored where that can be avoided.")],
    off: ["secret-off", holds("It may be stored and shown: is it no longer a credential?")],
  },
  {
    option: "transport",
    on: ["transport-on", holds("Two requests that differ only here are taken for the same from now on.")],
    off: [
      "transport-off",
      breaks("A repeated request that differs only here was given the same answer and is now refused as another one."),
    ],
  },
  {
    option: "resumeToken",
    on: ["resume-token-on", holds("A stream over REST can be resumed with Last-Event-ID.")],
    off: [
      "resume-token-off",
      breaks("Events of the stream no longer have ids, so that Last-Event-ID resumes nothing."),
    ],
  },
];

/** What (staymesh.options.v1.field) says, before and after. */
export const diffFieldOptions = (
  subject: string,
  old: FieldOption | undefined,
  next: FieldOption | undefined,
): readonly Change[] => [
  ...SWITCHES.flatMap(({ option, on, off }) => {
    const [before, after] = [old?.[option] === true, next?.[option] === true];
    if (before === after) {
      return [];
    }
    const [kind, verdict] = after ? on : off;
    return [change(kind, subject, [undefined, undefined], verdict)];
  }),
  ...((old?.hint ?? "") === (next?.hint ?? "")
    ? []
    : [change("hint", subject, [shown(old?.hint), shown(next?.hint)], holds("Only words for people have changed."))]),
];

const shown = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
