// `npm test`: sets everything up, then runs the tests. Paths and mocha's flags may follow: npm test -- services/payment-svc
import { fileURLToPath } from "node:url";
import { ensureDebianPackages, hasBrowser, hasPdfTools, hasRedis, pythonWithGrpc } from "./setup/debian.mjs";
import { handOver } from "./setup/hand-over.mjs";
import { ensureInstalled } from "./setup/installed.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
ensureInstalled();
if (!ensureDebianPackages(["redis-server"], hasRedis)) {
  console.error(
    "There is no redis-server or valkey-server on PATH: install one of them (on Debian: apt-get install redis-server).",
  );
  process.exit(1);
}
if (ensureDebianPackages(["python3-grpcio"], () => pythonWithGrpc() !== undefined)) {
  process.env.STAYMESH_TEST_PYTHON = pythonWithGrpc();
} else {
  console.log("  python3-grpcio is not installed, so that tests with a client in Python are skipped.");
}
if (!ensureDebianPackages(["poppler-utils"], hasPdfTools)) {
  console.log("  poppler-utils is not installed, so that tests which read PDF files are skipped.");
}
if (!ensureDebianPackages(["chromium"], hasBrowser)) {
  console.log("  There is no chromium, so that tests in a browser are skipped.");
}
handOver("scripts/test/main.ts", process.argv.slice(2));
