import { randomUUID } from "node:crypto";
import { defaultImage, loadContract } from "@staymesh/contract";
import { openLog, openPrincipals, serve, startTelemetry, systemClock } from "@staymesh/service-kit";
import { openRedis } from "./adapters/open-redis.ts";
import { openPayments } from "./adapters/payments.ts";
import { openPool } from "./adapters/pool.ts";
import { uuidv7 } from "./adapters/uuidv7.ts";
import { compose } from "./compose.ts";
import { readConfig, tlsOf } from "./config.ts";

const name = "reservation-svc";
const config = readConfig(process.env);
const log = openLog({ name, level: config.logLevel });
const telemetry = startTelemetry({ name, otlpEndpoint: config.otlpEndpoint });
const contract = loadContract(await defaultImage());
const principals = await openPrincipals(config.partnersFile, log, systemClock);

const onError = (err: unknown) => log.warn({ err }, "a database connection was lost");
const pool = openPool({ url: config.databaseUrl, max: config.databaseConnections, onError });
const backPool = openPool({ url: config.databaseUrl, max: 3, onError });
const redis = openRedis(config.redisIndexUrl, log);
const { serviceKey, tlsCaFile, tlsCertFile, tlsKeyFile } = config;
using payments = openPayments({
  address: config.paymentAddress,
  contract,
  serviceKey,
  name,
  log,
  telemetry,
  ...(tlsCaFile === undefined
    ? {}
    : {
        tls: {
          caFile: tlsCaFile,
          ...(tlsCertFile === undefined || tlsKeyFile === undefined
            ? {}
            : { certFile: tlsCertFile, keyFile: tlsKeyFile }),
        },
      }),
});
const { services, start } = compose({
  pool,
  backPool,
  redis,
  payments,
  quoteSigningKey: config.quoteSigningKey,
  clock: systemClock,
  newId: () => uuidv7(Date.now(), randomUUID()),
  log,
});
const stop = start();

const server = await serve({
  name,
  host: config.host,
  port: config.port,
  adminPort: config.adminPort,
  contract,
  services,
  principals,
  clock: systemClock,
  log,
  telemetry,
  drainTimeoutMs: config.drainTimeoutMs,
  ...tlsOf(config),
  ready: async () => (await pool.query("SELECT 1")).rowCount === 1,
  onDrain: stop,
});

await server.closed;
redis.disconnect();
await Promise.all([pool.end(), backPool.end()]);
