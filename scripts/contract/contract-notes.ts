import type { Change } from "@staymesh/contract/diff";
import { unchangedSince } from "./changelog.ts";
import { describe, grouped } from "./describe.ts";

/** The comment of a type, a method or a service in the new contract, by its full name with dots. */
export type CommentOf = (fullName: string) => string;

/** What the contract diff says, for the changelog. `since` is the version before; undefined where this is the first. */
export function contractNotes(changes: readonly Change[], since: string | undefined, commentOf: CommentOf): string {
  if (changes.length === 0) return since === undefined ? "There is no contract yet." : unchangedSince(since);
  return grouped(changes)
    .map(({ section, changes: some }) => ({ section, items: items(some, commentOf) }))
    .filter((group) => group.items.length > 0)
    .map((group) => `### ${group.section}\n\n${group.items.join("\n")}`)
    .join("\n\n");
}

// New types are told by what holds them, and a new service's methods below it.
const toldElsewhere: ReadonlySet<string> = new Set(["message-added", "enum-added"]);

function items(changes: readonly Change[], commentOf: CommentOf): readonly string[] {
  const services = changes.filter(({ kind }) => kind === "service-added");
  const isOfNewService = ({ kind, subject }: Change) =>
    kind === "method-added" && services.some((service) => subject.startsWith(`${service.subject}/`));
  const reasons = changes.filter(({ kind }) => kind === "reason-added");
  const forTools = changes.filter(isForTools);
  const rest = changes.filter(
    (change) =>
      !isOfNewService(change) &&
      !isForTools(change) &&
      !toldElsewhere.has(change.kind) &&
      change.kind !== "reason-added",
  );
  return [
    ...rest.flatMap((change) => {
      const own = changes.filter((one) => isOfNewService(one) && one.subject.startsWith(`${change.subject}/`));
      return change.kind === "service-added" || change.kind === "method-added"
        ? [added(change, commentOf), ...own.map((method) => `  ${added(method, commentOf)}`)]
        : [`- ${code(change.subject)}: ${describe(change, code)}. ${change.why}`];
    }),
    ...(reasons.length === 0 ? [] : [`- Reasons:\n${reasons.map(reason).join("\n")}`]),
    ...(forTools.length === 0
      ? []
      : [`- ${forTools.length} descriptions for people and tools; no call is answered in another way.`]),
  ];
}

const isForTools = ({ kind, breaking, before, after }: Change): boolean =>
  kind === "option" || kind === "hint" || (kind === "field-behavior" && !breaking && (before ?? after) === "OPTIONAL");

function added({ subject, after }: Change, commentOf: CommentOf): string {
  const name = subject.includes("/") ? subject.slice(subject.indexOf("/") + 1) : subject;
  const route = after === undefined ? "" : `, ${code(after)}`;
  const comment = firstSentence(commentOf(subject.replace("/", ".")));
  return `- ${code(name)}${route}${comment === "" ? "" : `: ${comment}`}`;
}

const reason = ({ subject, after = "" }: Change): string => `  - ${code(subject)}, ${after}`;

const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;

function firstSentence(comment: string): string {
  const text = comment.replaceAll(/\s+/g, " ").trim();
  const end = /[.](?= |$)/.exec(text);
  return end === null ? text : text.slice(0, end.index + 1);
}
