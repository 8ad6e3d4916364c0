import { callPolicy, type RetryPolicy } from "./call-policy.ts";
import type { Contract, MethodFacts } from "./facts.ts";
import { RETRY_THROTTLING, type RetryThrottling } from "./retry-budget.ts";

/** The service config that gRPC clients of every language take (grpc/service_config/service_config.proto, as ProtoJSON). */
export interface ServiceConfig {
  readonly loadBalancingConfig: readonly Readonly<Record<string, object>>[];
  readonly methodConfig: readonly MethodConfig[];
  readonly retryThrottling: RetryThrottling;
}

export interface MethodConfig {
  readonly name: readonly { readonly service: string; readonly method: string }[];
  readonly timeout: string;
  readonly retryPolicy?: {
    readonly maxAttempts: number;
    readonly initialBackoff: string;
    readonly maxBackoff: string;
    readonly backoffMultiplier: number;
    readonly retryableStatusCodes: readonly string[];
  };
}

/** Where a name stands for several replicas, each gets its share. */
export const LOAD_BALANCING: ServiceConfig["loadBalancingConfig"] = [{ round_robin: {} }];

/** How the methods of a contract are to be called, for channels that know nothing of its options. */
export const serviceConfig = (contract: Contract): ServiceConfig => ({
  loadBalancingConfig: LOAD_BALANCING,
  methodConfig: contract.services
    .flatMap(({ methods }) => methods)
    // What several services answer together is served by none of them.
    .filter(({ desc, fanOut }) => contract.options.method(desc) !== undefined && fanOut === undefined)
    .map(methodConfig),
  retryThrottling: RETRY_THROTTLING,
});

const methodConfig = (method: MethodFacts): MethodConfig => {
  const { timeoutMs, retry } = callPolicy(method);
  return {
    name: [{ service: method.service, method: method.name }],
    timeout: seconds(timeoutMs),
    ...(retry === undefined ? {} : { retryPolicy: retryPolicy(retry) }),
  };
};

const retryPolicy = (retry: RetryPolicy): Required<MethodConfig>["retryPolicy"] => ({
  maxAttempts: retry.attemptsMax,
  initialBackoff: seconds(retry.firstWaitMs),
  maxBackoff: seconds(retry.waitMaxMs),
  backoffMultiplier: retry.multiplier,
  retryableStatusCodes: retry.statuses,
});

/** A Duration of ProtoJSON. */
const seconds = (ms: number): string => `${ms / 1000}s`;
