import {
  address,
  type ClientTls,
  commonSettings,
  type Environment,
  integer,
  portSetting,
  readSettings,
  type ServerTls,
  serviceKeySetting,
  text,
  url,
} from "@staymesh/service-kit";

export type Config = ReturnType<typeof readConfig>;

/** Everything that the service and its workers are told from outside. */
export function readConfig(env: Environment) {
  return readSettings(env, {
    ...commonSettings,
    port: portSetting(50053),
    serviceKey: serviceKeySetting,
    databaseUrl: url("DATABASE_URL", { protocols: ["postgres:", "postgresql:"] }),
    redisQueueUrl: url("REDIS_QUEUE_URL", { protocols: ["redis:", "rediss:"] }),
    reportsDir: text("REPORTS_DIR"),
    reservationAddress: address("RESERVATION_ADDRESS"),
    paymentAddress: address("PAYMENT_ADDRESS"),
    waitingMax: integer("REPORTS_WAITING_MAX", { default: 500, min: 1, max: 100_000 }),
    workerConcurrency: integer("WORKER_CONCURRENCY", { default: 1, min: 1, max: 64 }),
    renderTimeoutMs: integer("RENDER_TIMEOUT_MS", { default: 20_000, min: 100, max: 600_000 }),
    renderMemoryMb: integer("RENDER_MEMORY_MB", { default: 1024, min: 256, max: 65_536 }),
  });
}

/** The certificate that callers are shown, where one is given. */
export function serverTls({ tlsCertFile, tlsKeyFile, tlsCaFile }: Config): { tls?: ServerTls } {
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return {};
  const ca = tlsCaFile === undefined ? {} : { caFile: tlsCaFile };
  return { tls: { certFile: tlsCertFile, keyFile: tlsKeyFile, ...ca } };
}

/** By whom other services have to be certified, and what they are shown, where the mesh uses certificates. */
export function clientTls({ tlsCertFile, tlsKeyFile, tlsCaFile }: Config): { tls?: ClientTls } {
  if (tlsCaFile === undefined) return {};
  const own =
    tlsCertFile === undefined || tlsKeyFile === undefined ? {} : { certFile: tlsCertFile, keyFile: tlsKeyFile };
  return { tls: { caFile: tlsCaFile, ...own } };
}
