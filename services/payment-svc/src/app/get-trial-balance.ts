import type { CallContext } from "@staymesh/service-kit";
import type { Deps } from "./deps.ts";
import { scopeOf } from "./names.ts";
import type { CurrencyBalance } from "./ports.ts";

export interface TrialBalance {
  readonly balanced: boolean;
  readonly currencies: readonly CurrencyBalance[];
}

export async function getTrialBalance(deps: Deps, call: CallContext): Promise<TrialBalance> {
  const currencies = await deps.reads.trialBalance(scopeOf(call));
  return { balanced: currencies.every(({ debits, credits }) => debits === credits), currencies };
}
