import type { Contract } from "@staymesh/contract";
import type { BackgroundCall } from "../src/call.ts";
import type { CallOf } from "../src/client-types.ts";
import { type Clock, systemClock } from "../src/clock.ts";
import { connect } from "../src/connect.ts";
import { type Handlers, implement, type ServiceDefinition, type WireMethod } from "../src/handlers.ts";
import { type Logger, silentLog } from "../src/logger.ts";
import { type Principal, type PrincipalFacts, principalOf } from "../src/principal.ts";
import { fixedPrincipals } from "../src/principals.ts";
import { serve } from "../src/serve.ts";
import type { Limits } from "../src/serve-options.ts";
import { noTelemetry, type Telemetry } from "../src/telemetry.ts";
import { testContract } from "./test-contract.ts";

/** What a test may say differently for one call; everything else is the client's own. */
export type TestCaller = Partial<Omit<BackgroundCall, "principal">> & {
  readonly principal?: Principal | PrincipalFacts;
};

type WithoutCaller<F> = F extends (request: infer Request, from: never) => infer Answer
  ? (request: Request, from?: TestCaller) => Answer
  : never;

/** A service's methods as the given principal calls them, and the server behind them. */
export type TestClient<S> = {
  readonly [K in keyof S]: S[K] extends WireMethod ? WithoutCaller<CallOf<S[K]>> : never;
} & AsyncDisposable & { readonly address: string };

export interface CallAsOptions {
  readonly contract?: Contract;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly telemetry?: Telemetry;
  readonly limits?: Limits;
}

export const TEST_KEY = "a-key-of-the-test-client";

/** Serves the handlers through the real chain, over loopback, and calls them as the given principal. */
export async function callAs<S extends ServiceDefinition>(
  principal: Principal | PrincipalFacts,
  definition: S,
  handlers: Handlers<S>,
  options: CallAsOptions = {},
): Promise<TestClient<S>> {
  const contract = options.contract ?? (await testContract());
  const service = principalOf({ partner: "", keyId: "test", scopes: [], properties: [], service: "test" });
  const server = await serve({
    name: "test",
    port: 0,
    adminPort: 0,
    contract,
    services: [implement(definition, handlers)],
    principals: fixedPrincipals(new Map([[TEST_KEY, service]])),
    clock: options.clock ?? systemClock,
    log: options.log ?? silentLog,
    telemetry: options.telemetry ?? noTelemetry(),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    drainTimeoutMs: 2000,
    handleSignals: false,
  });
  const client = connect(definition, { address: server.address, contract, serviceKey: TEST_KEY, name: "test" });
  const standard = whole(principal);

  const calls = Object.fromEntries(
    Object.keys(definition).map((name) => {
      const call: unknown = client[name];
      if (typeof call !== "function") throw new Error(`${name} is no method`);
      return [
        name,
        (request: unknown, from: TestCaller = {}) =>
          call(request, { ...from, principal: from.principal === undefined ? standard : whole(from.principal) }),
      ];
    }),
  );
  const dispose = async () => {
    client.close();
    await server.close();
  };
  // Each function passes on to the client's of the same name.
  return { ...(calls as TestClient<S>), address: server.address, [Symbol.asyncDispose]: dispose };
}

function whole(principal: Principal | PrincipalFacts): Principal {
  return principal.scopes instanceof Set ? (principal as Principal) : principalOf(principal as PrincipalFacts);
}
