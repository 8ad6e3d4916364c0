import type { LedgerServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import type { Handlers } from "@staymesh/service-kit";
import type { Deps } from "../app/deps.ts";
import { getTrialBalance } from "../app/get-trial-balance.ts";
import { listAccounts } from "../app/list-accounts.ts";
import { listTransfers } from "../app/list-transfers.ts";
import { renderAccount, renderBalance, renderTransfer } from "./render.ts";

export const ledgerHandlers = (deps: Deps): Handlers<typeof LedgerServiceService> => ({
  async getTrialBalance(_request, call) {
    const { balanced, currencies } = await getTrialBalance(deps, call);
    return { balanced, currencies: currencies.map(renderBalance) };
  },
  async listAccounts(request, call) {
    const { items, nextPageToken } = await listAccounts(deps, request, call);
    return { accounts: items.map(renderAccount), nextPageToken };
  },
  async listTransfers(request, call) {
    const { items, nextPageToken } = await listTransfers(deps, request, call);
    return { transfers: items.map(renderTransfer), nextPageToken };
  },
});
