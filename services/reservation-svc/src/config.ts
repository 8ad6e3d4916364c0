import {
  address,
  commonSettings,
  type Environment,
  integer,
  portSetting,
  readSettings,
  type ServerTls,
  secret,
  serviceKeySetting,
  url,
} from "@staymesh/service-kit";

export type Config = ReturnType<typeof readConfig>;

/** Reads the settings, or throws one error that lists every bad one. */
export const readConfig = (env: Environment) =>
  readSettings(env, {
    ...commonSettings,
    port: portSetting(50_051),
    serviceKey: serviceKeySetting,
    databaseUrl: url("DATABASE_URL", { protocols: ["postgres:", "postgresql:"] }),
    databaseConnections: integer("DATABASE_CONNECTIONS", { default: 16, min: 4, max: 100 }),
    redisIndexUrl: url("REDIS_INDEX_URL", { protocols: ["redis:", "rediss:"] }),
    paymentAddress: address("PAYMENT_ADDRESS"),
    quoteSigningKey: secret("QUOTE_SIGNING_KEY", { minLength: 32 }),
  });

/** TLS where a certificate is configured. */
export const tlsOf = ({ tlsCertFile, tlsKeyFile, tlsCaFile }: Config): { readonly tls?: ServerTls } => {
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return {};
  const ca = tlsCaFile === undefined ? {} : { caFile: tlsCaFile };
  return { tls: { certFile: tlsCertFile, keyFile: tlsKeyFile, ...ca } };
};
