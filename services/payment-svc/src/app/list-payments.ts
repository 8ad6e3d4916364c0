import type { CallContext } from "@staymesh/service-kit";
import type { Payment } from "../domain/payment.ts";
import type { Deps } from "./deps.ts";
import { scopeOf, uuid } from "./names.ts";
import { pageSizeOf, pageToken, positionOf } from "./page-token.ts";

export interface ListRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string;
}

/** Newest first; a new payment never shifts a page that is still to come. */
export async function listPayments(
  deps: Deps,
  request: ListRequest & { readonly reservation: string },
  call: CallContext,
): Promise<Page<Payment>> {
  const scope = scopeOf(call);
  const filter = ["payments", scope.partner, request.reservation];
  const [before = ""] = positionOf(request.pageToken, filter, [uuid]) ?? [];
  const page = await deps.reads.listPayments(scope, request.reservation, before, pageSizeOf(request.pageSize));
  return { items: page.items, nextPageToken: page.more ? pageToken(filter, [page.items.at(-1)?.id ?? ""]) : "" };
}
