import { styleText } from "node:util";
import type { Change } from "@staymesh/contract/diff";
import { describe, grouped } from "./describe.ts";

/** A diff for a terminal; colours only where `colour` is true. */
export function changesText(changes: readonly Change[], title: string, colour: boolean): string {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const breaking = changes.filter((change) => change.breaking).length;
  const summary =
    changes.length === 0
      ? "nothing has changed"
      : `${changes.length} changes, ${breaking === 0 ? "none" : breaking} breaking`;
  const lines = grouped(changes).flatMap((group) => [
    "",
    style(group.section === "Breaking" ? ["bold", "red"] : "bold", `${group.section} (${group.changes.length})`),
    ...group.changes.flatMap((change) => [
      `  ${style("bold", change.subject)}: ${describe(change)}`,
      `      ${style("dim", change.why)}`,
    ]),
  ]);
  return [`${title}: ${summary}`, ...lines].join("\n");
}
