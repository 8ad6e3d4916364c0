import { Redis } from "ioredis";
import { Explained } from "../parts/explained.ts";

// Checks that a Redis of somebody else's answers, so that a wrong address is told before anything is started.
export async function outsideRedis(variable: string, url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let reason = "it does not answer";
  redis.on("error", (error: Error) => {
    reason = error.message;
  });
  try {
    await redis.connect();
    await redis.ping();
    return url;
  } catch {
    throw new Explained(`Redis at ${variable} cannot be used: ${reason}`);
  } finally {
    redis.disconnect();
  }
}
