import type { CallContext } from "@staymesh/service-kit";
import type { Deps } from "./deps.ts";
import type { ListRequest, Page } from "./list-payments.ts";
import { idsOf, scopeOf, uuid } from "./names.ts";
import { pageSizeOf, pageToken, positionOf } from "./page-token.ts";
import type { Transfer } from "./ports.ts";

/** Newest first. */
export async function listTransfers(
  deps: Deps,
  request: ListRequest & { readonly payment: string },
  call: CallContext,
): Promise<Page<Transfer>> {
  const scope = scopeOf(call);
  const filter = ["transfers", scope.partner, request.payment];
  const [before = ""] = positionOf(request.pageToken, filter, [uuid]) ?? [];
  const [paymentId] = request.payment === "" ? [""] : idsOf(request.payment);
  const page = await deps.reads.listTransfers(scope, paymentId, before, pageSizeOf(request.pageSize));
  return { items: page.items, nextPageToken: page.more ? pageToken(filter, [page.items.at(-1)?.id ?? ""]) : "" };
}
