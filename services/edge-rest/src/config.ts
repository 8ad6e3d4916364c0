import {
  commonSettings,
  type Environment,
  integer,
  oneOf,
  optional,
  readSettings,
  type Setting,
  text,
} from "@staymesh/service-kit";

export type Config = ReturnType<typeof readConfig>;

const { host, adminPort, logLevel, drainTimeoutMs, otlpEndpoint } = commonSettings;

/** Reads the settings of the edge; throws one error that lists everything that is wrong with them. */
export function readConfig(env: Environment) {
  return readSettings(env, {
    host,
    httpPort: integer("HTTP_PORT", { default: 8080, max: 65535 }),
    adminPort,
    upstreams: upstreams("UPSTREAMS"),
    descriptorImage: optional("DESCRIPTOR_IMAGE", text("DESCRIPTOR_IMAGE")),
    auth: oneOf("AUTH", ["keys", "none"], { default: "keys" }),
    corsOrigins: list("CORS_ORIGINS"),
    maxBodyBytes: integer("MAX_BODY_BYTES", { default: 1024 * 1024, min: 1024, max: 64 * 1024 * 1024 }),
    partnersFile: optional("PARTNERS_FILE", text("PARTNERS_FILE")),
    redisUrl: optional("REDIS_URL", text("REDIS_URL")),
    ratePerMinute: integer("RATE_LIMIT_PER_MINUTE", { default: 6000, min: 1, max: 10_000_000 }),
    rateBurst: integer("RATE_LIMIT_BURST", { default: 600, min: 1, max: 10_000_000 }),
    logLevel,
    drainTimeoutMs,
    otlpEndpoint,
  });
}

/** "full.ServiceName=host:port" with commas between. */
function upstreams(name: string): Setting<ReadonlyMap<string, string>> {
  return (env, problems) => {
    const addresses = new Map<string, string>();
    const parts = items(env[name]);
    if (parts.length === 0) problems.push(`${name} is missing`);
    for (const part of parts) {
      const [, service, address] = /^([A-Za-z_][\w.]*)=((?:[^\s:,=]+|\[[0-9A-Fa-f:]+\]):\d{1,5})$/.exec(part) ?? [];
      if (service === undefined || address === undefined) {
        problems.push(`${name} must be full.ServiceName=host:port with commas between; "${part}" is not`);
      } else if (addresses.has(service)) {
        problems.push(`${name} names ${service} twice`);
      } else {
        addresses.set(service, address);
      }
    }
    return addresses;
  };
}

function list(name: string): Setting<readonly string[]> {
  return (env) => items(env[name]);
}

function items(value: string | undefined): readonly string[] {
  return (value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
