import { defaultImage, loadContract } from "@staymesh/contract";
import { openLog, openPrincipals, serve, startTelemetry, systemClock } from "@staymesh/service-kit";
import { openPool } from "./adapters/pool.ts";
import { startResolver } from "./app/resolver.ts";
import { compose } from "./compose.ts";
import { readConfig, tlsOf } from "./config.ts";
import { services } from "./rpc/services.ts";

const name = "payment-svc";
const config = readConfig(process.env);
const log = openLog({ name, level: config.logLevel });
const telemetry = startTelemetry({ name, otlpEndpoint: config.otlpEndpoint });
const contract = loadContract(await defaultImage());
const principals = await openPrincipals(config.partnersFile, log, systemClock);

const pool = openPool(
  config.databaseUrl,
  (error) => log.warn({ err: error }, "a database connection was lost"),
  config.databaseConnections,
);
const connector = config.bank.connect();
const deps = compose({ pool, connector, tokenSecret: config.bank.secret, clock: systemClock, log });
const resolver = startResolver(deps);
telemetry.meter
  .createObservableGauge("payment.operations.open", { description: "Operations at the bank without a result" })
  .addCallback(async (result) => result.observe((await deps.store.backlog()).open));

const server = await serve({
  name,
  host: config.host,
  port: config.port,
  adminPort: config.adminPort,
  contract,
  services: services(deps),
  principals,
  clock: systemClock,
  log,
  telemetry,
  drainTimeoutMs: config.drainTimeoutMs,
  ...tlsOf(config),
  ready: async () => (await pool.query("select 1")).rowCount === 1,
  onDrain: () => resolver.stop(),
});

await server.closed;
connector.close();
await pool.end();
