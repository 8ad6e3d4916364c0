// `npm start`: sets everything up and runs the whole of staymesh on this machine until Ctrl-C.
import { fileURLToPath } from "node:url";
import { ensureDebianPackages, hasRedis } from "./setup/debian.mjs";
import { handOver } from "./setup/hand-over.mjs";
import { ensureInstalled } from "./setup/installed.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
console.log("staymesh");
ensureInstalled();
const ownRedis = !process.env.STAYMESH_REDIS_QUEUE_URL || !process.env.STAYMESH_REDIS_INDEX_URL;
if (ownRedis && !ensureDebianPackages(["redis-server"], hasRedis)) {
  console.error(
    "There is no redis-server or valkey-server on PATH: install one (on Debian: apt-get install redis-server), or set STAYMESH_REDIS_QUEUE_URL and STAYMESH_REDIS_INDEX_URL.",
  );
  process.exit(1);
}
handOver("scripts/start/main.ts", process.argv.slice(2));
