import { hasGrant, type Principal } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import type { Report } from "../domain/report.ts";
import type { ReportStore } from "./ports.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Refuses where the caller's key has no grant for a property. */
export function requireGrant(principal: Principal, propertyId: string): void {
  if (hasGrant(principal, propertyId)) return;
  throw new Refusal("PROPERTY_NOT_GRANTED", "The key has no grant for this property.", { property: propertyId });
}

/** The caller's report of the name "<collection>/<id>"; another partner's is not there at all. */
export async function requireReport(reports: ReportStore, name: string, principal: Principal): Promise<Report> {
  const id = name.split("/")[1] ?? "";
  const report = uuid.test(id) ? await reports.find(principal.partner, id) : undefined;
  if (report === undefined) throw new Refusal("NOT_FOUND", `There is no ${name}.`, { name });
  requireGrant(principal, report.propertyId);
  return report;
}
