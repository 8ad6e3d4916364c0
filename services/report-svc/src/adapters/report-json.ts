import { Refusal } from "@staymesh/service-kit/refusal";
import type { Report } from "../domain/report.ts";

const instants = new Set(["createTime", "completeTime"]);

/** A report as JSON, to be read back as it was: instants and the size become texts. */
export function reportToJson(report: Report): string {
  return JSON.stringify(report, (_key, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
}

/** Reads what reportToJson wrote. */
export function reportFromJson(value: unknown): Report {
  const read = JSON.parse(JSON.stringify(value), (key, each: unknown) => {
    if (instants.has(key) && typeof each === "string") return new Date(each);
    return key === "sizeBytes" && typeof each === "string" ? BigInt(each) : each;
  });
  // Only reportToJson writes this column.
  return read as Report;
}

/** A refusal as JSON. */
export function refusalToJson({ reason, message, facts }: Refusal): string {
  return JSON.stringify({ reason, message, facts });
}

/** Reads what refusalToJson wrote. */
export function refusalFromJson(value: unknown): Refusal {
  // Only refusalToJson writes this column.
  const { reason, message, facts } = value as Pick<Refusal, "reason" | "message" | "facts">;
  return new Refusal(reason, message, facts);
}
