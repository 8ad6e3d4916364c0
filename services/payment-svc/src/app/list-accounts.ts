import type { CallContext } from "@staymesh/service-kit";
import type { Deps } from "./deps.ts";
import type { ListRequest, Page } from "./list-payments.ts";
import { scopeOf } from "./names.ts";
import { pageSizeOf, pageToken, positionOf } from "./page-token.ts";
import type { AccountBalance } from "./ports.ts";

/** By code and currency; balances are summed from the transfers, so that they cannot differ from them. */
export async function listAccounts(deps: Deps, request: ListRequest, call: CallContext): Promise<Page<AccountBalance>> {
  const scope = scopeOf(call);
  const filter = ["accounts", scope.partner];
  const [code = "", currency = ""] =
    positionOf(request.pageToken, filter, [/^[a-z0-9_:-]{1,100}$/, /^[A-Z]{3}$/]) ?? [];
  const page = await deps.reads.listAccounts(scope, [code, currency], pageSizeOf(request.pageSize));
  const last = page.items.at(-1);
  const isLast = !page.more || last === undefined;
  return { items: page.items, nextPageToken: isLast ? "" : pageToken(filter, [last.code, last.currency]) };
}
