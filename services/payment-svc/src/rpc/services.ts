import { LedgerServiceService, PaymentServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import { RequestServiceService } from "@staymesh/proto/staymesh/payment/v1/request";
import { type Implementation, implement } from "@staymesh/service-kit";
import type { Deps } from "../app/deps.ts";
import { ledgerHandlers } from "./ledger-service.ts";
import { paymentHandlers } from "./payment-service.ts";
import { requestHandlers } from "./request-service.ts";

/** What this service offers. */
export const services = (deps: Deps): readonly Implementation[] => [
  implement(PaymentServiceService, paymentHandlers(deps)),
  implement(LedgerServiceService, ledgerHandlers(deps)),
  implement(RequestServiceService, requestHandlers(deps)),
];
