// `npm start`, once the packages are there: brings everything up in order, keeps it up, and stops it in order.
import { existsSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { Explained } from "../parts/explained.ts";
import { bringUp } from "./bring-up.ts";
import { checkPorts } from "./check-ports.ts";
import { claim } from "./claim.ts";
import { openLogs } from "./logs.ts";
import { sandboxKey } from "./secrets.ts";
import type { StartSettings } from "./settings.ts";
import { readStartSettings } from "./settings.ts";
import { openTeam } from "./team.ts";

async function start(): Promise<void> {
  const begun = performance.now();
  const settings = readStartSettings(process.env);
  const claimed = await claim(settings.folder);
  const logs = openLogs(join(settings.folder, "logs"));
  const team = openTeam(claimed.note);
  const stop = async () => {
    await team.stop();
    claimed.release();
  };
  const stopped = new Promise<void>((done) => team.onSignal(() => stop().then(done)));
  try {
    await checkPorts(settings);
    await bringUp(settings, team, logs);
    tellReady(settings, (performance.now() - begun) / 1000);
  } catch (error) {
    if (!team.isStopping()) {
      await stop();
      throw error;
    }
  }
  await stopped;
}

function tellReady({ folder, host, ports }: StartSettings, seconds: number): void {
  const baseUrl = `http://${host}:${ports.edge}`;
  const postgres = join(folder, "postgres");
  // Root's own folders may be closed to PostgreSQL's user; then its data lies elsewhere, and a person should know.
  const real = existsSync(postgres) ? realpathSync(postgres) : postgres;
  const elsewhere =
    real === realpathSync(folder) + postgres.slice(folder.length) || !existsSync(postgres) ? "" : `, ${real}`;
  console.log(`
  REST   ${baseUrl}   (documentation: ${baseUrl}/docs)
  gRPC   reservation ${host}:${ports.reservation}   payment ${host}:${ports.payment}   report ${host}:${ports.report}
  Key    ${sandboxKey}
  Data   ${relative(".", folder)}${elsewhere}
  Logs   ${relative(".", join(folder, "logs"))}   (warnings are shown here as well)
  Ctrl-C stops everything; the data stays.

staymesh is ready (${seconds.toFixed(1)} s)`);
}

try {
  await start();
} catch (error) {
  console.error(error instanceof Explained ? `\n${error.message}` : error);
  process.exitCode = 1;
}
