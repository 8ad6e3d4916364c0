// A rendering process that misbehaves where the guest's given name asks it to.
import type { FromRenderProcess, ToRenderProcess } from "../../src/app/ports.ts";

const answer = (message: FromRenderProcess) => void process.send?.(message);

process.on("disconnect", () => process.exit(0));
process.on("message", ({ order }: ToRenderProcess) => {
  const wish = order.document === "bookingConfirmationPdf" ? order.booking.guest.givenName : "";
  if (wish === "Hang") for (;;);
  if (wish === "Crash") process.exit(3);
  if (wish === "Eat") {
    const eaten: Buffer[] = [];
    for (let count = 0; count < 40; count += 1) eaten.push(Buffer.alloc(16 * 1024 * 1024, 1));
    setTimeout(() => eaten.length, 60_000);
    return;
  }
  answer({ type: "done", document: { contentType: "text/plain", bytes: Buffer.from(`pid ${process.pid}`), cpuMs: 1 } });
});

answer({ type: "ready" });
