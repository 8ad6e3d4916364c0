import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { TokenVault } from "../app/ports.ts";

const CIPHER = "aes-256-gcm";
const NONCE = 12;
const TAG = 16;

/**
 * Each payment has a data key of its own, derived from a secret that is not in the database: its rows alone give no token away.
 * After the secret has changed, a token that is still kept cannot be read, and its authorization is resolved without it.
 */
export function openTokenVault(secret: string): TokenVault {
  const keyOf = (paymentId: string): Buffer => Buffer.from(hkdfSync("sha256", secret, paymentId, "method token", 32));
  return {
    seal(paymentId, token) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(CIPHER, keyOf(paymentId), nonce);
      const sealed = Buffer.concat([cipher.update(token, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    unseal(paymentId, sealed) {
      try {
        const decipher = createDecipheriv(CIPHER, keyOf(paymentId), sealed.subarray(0, NONCE));
        decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
        return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]).toString("utf8");
      } catch {
        return undefined;
      }
    },
  };
}
