import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { openLog } from "@staymesh/service-kit/log";
import { openBank } from "./bank.ts";
import { readConfig } from "./config.ts";
import { bankServer } from "./server.ts";

const AUTHORIZATION_MS = 7 * 24 * 3_600_000;

const name = "sandbox-bank";
const config = readConfig(process.env);
const log = openLog({ name, level: config.logLevel });

const bank = await openBank({
  folder: config.bookDir,
  key: config.bankKey,
  now: Date.now,
  rules: { pendingMs: config.pendingMs, authorizationMs: AUTHORIZATION_MS },
  // What cannot be written down must not be promised: a restart reads the book and goes on from what is there.
  onFailure: (error) => {
    log.error({ err: error }, "the book cannot be written");
    process.exit(1);
  },
});

let port = config.port;
const server = bankServer({
  bank,
  key: config.bankKey,
  publicUrl: () => config.publicUrl ?? `http://${config.host}:${port}`,
  onFault: (error) => log.error({ err: error }, "a request failed"),
});
server.listen(config.port, config.host);
await once(server, "listening");
port = (server.address() as AddressInfo).port;
log.info({ port }, "the bank is open");
process.send?.({ type: "listening", name, port });

const stop = (): void => {
  server.close(() => {
    void bank.close().then(() => {
      log.info({}, "the bank is closed");
      process.disconnect?.();
    });
  });
  server.closeIdleConnections();
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
