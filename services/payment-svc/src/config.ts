import {
  commonSettings,
  type Environment,
  integer,
  portSetting,
  readSettings,
  type ServerTls,
  type Setting,
  url,
} from "@staymesh/service-kit";
import type { Bank, ConfiguredBank } from "./connectors/connector.ts";
import { banks } from "./connectors/index.ts";

export type Config = ReturnType<typeof readConfig>;

const known = new Map<string, Bank>(Object.entries(banks));

/** The settings of the bank that BANK names; the others' may be absent. */
const bank: Setting<ConfiguredBank> = (env, problems) => {
  const chosen = known.get(env["BANK"] ?? "sandbox");
  if (chosen === undefined) problems.push(`BANK must be one of ${[...known.keys()].join(", ")}`);
  return (chosen ?? banks.sandbox)(env, problems);
};

/** Reads the settings, or throws one error that lists every bad one. */
export const readConfig = (env: Environment) =>
  readSettings(env, {
    ...commonSettings,
    port: portSetting(50_052),
    databaseUrl: url("DATABASE_URL", { protocols: ["postgres:", "postgresql:"] }),
    databaseConnections: integer("DATABASE_CONNECTIONS", { default: 12, min: 2, max: 100 }),
    bank,
  });

/** TLS where a certificate is configured. */
export function tlsOf({ tlsCertFile, tlsKeyFile, tlsCaFile }: Config): { tls?: ServerTls } {
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return {};
  const ca = tlsCaFile === undefined ? {} : { caFile: tlsCaFile };
  return { tls: { certFile: tlsCertFile, keyFile: tlsKeyFile, ...ca } };
}
