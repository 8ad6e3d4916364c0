import { integer, oneOf, optional, secret, text, url } from "./settings.ts";

/** The settings that every process of the mesh reads, to be spread into its own. */
export const commonSettings = {
  host: text("HOST", { default: "127.0.0.1" }),
  adminPort: integer("ADMIN_PORT", { default: 0, max: 65535 }),
  partnersFile: text("PARTNERS_FILE"),
  logLevel: oneOf("LOG_LEVEL", ["debug", "info", "warn", "error", "silent"], { default: "info" }),
  drainTimeoutMs: integer("DRAIN_TIMEOUT_MS", { default: 10_000, min: 1, max: 600_000 }),
  otlpEndpoint: optional(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    url("OTEL_EXPORTER_OTLP_ENDPOINT", { protocols: ["http:", "https:"] }),
  ),
  tlsCertFile: optional("TLS_CERT_FILE", text("TLS_CERT_FILE")),
  tlsKeyFile: optional("TLS_KEY_FILE", text("TLS_KEY_FILE")),
  tlsCaFile: optional("TLS_CA_FILE", text("TLS_CA_FILE")),
};

/** The port that a gRPC server listens on; 0 takes any. */
export const portSetting = (standard: number) => integer("PORT", { default: standard, max: 65535 });

/** The key that a service shows to the others. */
export const serviceKeySetting = secret("SERVICE_KEY", { minLength: 16 });
