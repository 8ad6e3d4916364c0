import type { Finding } from "@staymesh/contract/aip/lint";

/** What the contracts do otherwise than Google's proposals, on purpose. */
export interface AipException {
  readonly rule: string;
  /** Ends of the full names of what may: ".Money", "/CheckIn". */
  readonly subjects: readonly string[];
  readonly reason: string;
}

const fixed = "The name stands in released contracts, and a name never changes.";

export const aipExceptions: readonly AipException[] = [
  {
    rule: "AIP-122/reference",
    subjects: [".GetOperationRequest.name", ".CancelOperationRequest.name"],
    reason: "google.longrunning.Operation declares no resource type to refer to.",
  },
  {
    rule: "AIP-127/annotation",
    subjects: ["reservation", "payment", "report"].map((word) => `${word}.v1.RequestService/GetRequestOutcome`),
    reason: "The RequestService of all services together asks them, and has the route.",
  },
  {
    rule: "AIP-127/resource",
    subjects: ["/GetOperation", "/CancelOperation"],
    reason: "google.longrunning.Operation declares no resource pattern.",
  },
  {
    rule: "AIP-131/get",
    subjects: ["/GetCalendar"],
    reason: "A calendar is a view of a property's nights and has no name of its own.",
  },
  {
    rule: "AIP-131/get",
    subjects: ["/GetRequestOutcome"],
    reason: "It is asked by the id that the caller made for a request, and a request is no resource.",
  },
  {
    rule: "AIP-132/list",
    subjects: ["/ListInventoryChanges"],
    reason: fixed,
  },
  {
    rule: "AIP-133/create",
    subjects: ["/CreateReport", "/CreateReservation", "/CreateQuote"],
    reason:
      "More than a resource is sent: a payment, a hold's length, or a question whose answer is signed and not kept.",
  },
  {
    rule: "AIP-133/id",
    subjects: ["/CreateReport", "/CreateReservation", "/CreateQuote"],
    reason: "Ids are made by the service, in order of time; callers have request_id and external_reference.",
  },
  {
    rule: "AIP-136/verb",
    subjects: ["/AuthorizePayment", "/RefundPayment"],
    reason: "They create a payment and a refund, under the words that banks use for it.",
  },
  {
    rule: "AIP-136/verb",
    subjects: ["/GetTrialBalance"],
    reason: "A trial balance is worked out and no resource, so its noun stands where a verb would.",
  },
  {
    rule: "AIP-136/prepositions",
    subjects: ["/CheckIn"],
    reason: "The trade's own verb.",
  },
  {
    rule: "AIP-231/batch",
    subjects: ["/BatchUpdateInventory", "/BatchUpdateRates"],
    reason:
      "The nights of a calendar are set by ranges and are no resources, so there are no single requests to gather.",
  },
  {
    rule: "AIP-146/any",
    subjects: [".RequestOutcome.response"],
    reason: "It holds the answer of any method, as google.longrunning.Operation does.",
  },
  {
    rule: "AIP-154/etag",
    subjects: ["/ResolvePayment"],
    reason: "It only asks the bank: what the caller had read before does not matter.",
  },
  {
    rule: "AIP-140/prepositions",
    subjects: [
      ...[".check_in_date", ".check_in_time", ".until_hours_before_check_in"],
      ...[".days_of_week", ".closed_to_arrival", ".closed_to_departure"],
    ],
    reason: "Words of the trade (check-in, closed to arrival) and of google.type.DayOfWeek.",
  },
  {
    rule: "AIP-140/prepositions",
    subjects: [".minor_units_per_room_night", ".minor_units_per_adult_night", "Penalty.from_time"],
    reason: fixed,
  },
  {
    rule: "AIP-140/uri",
    subjects: [".next_action_url"],
    reason: fixed,
  },
  {
    rule: "AIP-141/unsigned",
    subjects: ["TaxRule.basis_points"],
    reason: "It ends at 10,000, which every language's signed numbers hold too.",
  },
  {
    rule: "AIP-142/time",
    subjects: ["Property.check_in_time", "Property.check_out_time"],
    reason: "A time of day, as text like the calendar days beside it.",
  },
  {
    rule: "AIP-203/behavior",
    subjects: ["type.v1.Money", "type.v1.GeoPoint"],
    reason: "A value is there whole or not at all; its own rules say what it may be, in requests and answers alike.",
  },
];

/** The findings that no exception covers, and what an exception covers in vain. */
export const undeclared = (
  findings: readonly Finding[],
  exceptions: readonly AipException[],
): { readonly open: readonly Finding[]; readonly stale: readonly string[] } => {
  const covers = ({ rule, subjects }: AipException, finding: Finding) =>
    rule === finding.rule && subjects.some((end) => finding.subject.endsWith(end));
  return {
    open: findings.filter((finding) => !exceptions.some((exception) => covers(exception, finding))),
    stale: exceptions.flatMap(({ rule, subjects }) =>
      subjects
        .filter((end) => !findings.some((finding) => finding.rule === rule && finding.subject.endsWith(end)))
        .map((end) => `${rule} ${end}`),
    ),
  };
};
