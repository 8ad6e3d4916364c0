import type { Writable } from "node:stream";

/** Writes each item as fast as the other side takes it, then closes that direction; ends early where the stream has. */
export async function sendEach(stream: Writable, items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) {
    if (stream.destroyed || stream.writableEnded) return;
    if (!stream.write(item)) await roomOrEnd(stream);
  }
  if (!stream.destroyed) stream.end();
}

function roomOrEnd(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ["drain", "close", "error", "end"]) stream.off(event, done);
      resolve();
    };
    for (const event of ["drain", "close", "error", "end"]) stream.on(event, done);
  });
}
