import { resolve } from "node:path";
import { Explained } from "../parts/explained.ts";

// The ports that others know, and the environment variable that moves each.
export const portNames = {
  edge: { variable: "HTTP_PORT", preset: 8080 },
  edgeAdmin: { variable: "EDGE_ADMIN_PORT", preset: 8081 },
  reservation: { variable: "RESERVATION_PORT", preset: 50051 },
  reservationAdmin: { variable: "RESERVATION_ADMIN_PORT", preset: 51051 },
  payment: { variable: "PAYMENT_PORT", preset: 50052 },
  paymentAdmin: { variable: "PAYMENT_ADMIN_PORT", preset: 51052 },
  report: { variable: "REPORT_PORT", preset: 50053 },
  reportAdmin: { variable: "REPORT_ADMIN_PORT", preset: 51053 },
  worker1Admin: { variable: "WORKER1_ADMIN_PORT", preset: 51063 },
  worker2Admin: { variable: "WORKER2_ADMIN_PORT", preset: 51064 },
  bank: { variable: "BANK_PORT", preset: 50060 },
} as const;

export type PortName = keyof typeof portNames;
export type Ports = Readonly<Record<PortName, number>>;

export interface StartSettings {
  // Where everything is kept that outlives a run.
  readonly folder: string;
  readonly host: string;
  readonly ports: Ports;
  readonly logLevel: string;
  // What a key may use whose own quota is not said, in the costs of the contract.
  readonly ratePerMinute: number;
  readonly postgresUrl: string | undefined;
  readonly redisQueueUrl: string | undefined;
  readonly redisIndexUrl: string | undefined;
}

// More than one machine can answer, so that whoever tries things meets no limit but one that he set.
const RATE_PER_MINUTE = 6_000_000;

export function readStartSettings(env: Readonly<Record<string, string | undefined>>): StartSettings {
  const problems: string[] = [];
  const port = (name: PortName): number => {
    const { variable, preset } = portNames[name];
    const value = env[variable] === undefined || env[variable] === "" ? preset : Number(env[variable]);
    if (!Number.isInteger(value) || value < 1 || value > 65_535) problems.push(`${variable} must be a port number`);
    return value;
  };
  const url = (variable: string, protocols: readonly string[]): string | undefined => {
    const value = env[variable];
    if (value === undefined || value === "") return undefined;
    if (!protocols.includes(URL.parse(value)?.protocol ?? ""))
      problems.push(`${variable} must be a ${protocols[0]}// URL`);
    return value;
  };
  const perMinute = (variable: string): number => {
    const value = Number(env[variable] || RATE_PER_MINUTE);
    if (!Number.isInteger(value) || value < 1 || value > 10_000_000)
      problems.push(`${variable} must be a whole number from 1 to 10000000`);
    return value;
  };
  const settings: StartSettings = {
    folder: resolve(env["STAYMESH_FOLDER"] ?? ".staymesh"),
    host: env["STAYMESH_HOST"] ?? "127.0.0.1",
    ports: {
      edge: port("edge"),
      edgeAdmin: port("edgeAdmin"),
      reservation: port("reservation"),
      reservationAdmin: port("reservationAdmin"),
      payment: port("payment"),
      paymentAdmin: port("paymentAdmin"),
      report: port("report"),
      reportAdmin: port("reportAdmin"),
      worker1Admin: port("worker1Admin"),
      worker2Admin: port("worker2Admin"),
      bank: port("bank"),
    },
    logLevel: env["LOG_LEVEL"] ?? "info",
    postgresUrl: url("STAYMESH_POSTGRES_URL", ["postgres:", "postgresql:"]),
    redisQueueUrl: url("STAYMESH_REDIS_QUEUE_URL", ["redis:", "rediss:"]),
    redisIndexUrl: url("STAYMESH_REDIS_INDEX_URL", ["redis:", "rediss:"]),
    ratePerMinute: perMinute("RATE_LIMIT_PER_MINUTE"),
  };
  if (problems.length > 0) throw new Explained(`These settings cannot be used: ${problems.join("; ")}.`);
  return settings;
}
