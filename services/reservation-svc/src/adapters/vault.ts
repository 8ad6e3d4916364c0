import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Vault } from "../app/ports.ts";
import type { Guest } from "../domain/reservation.ts";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals with AES-256-GCM under a key of the guest's own. */
export const vault: Vault = {
  sealGuest: (guest) => {
    const dataKey = randomBytes(KEY_BYTES);
    const { givenName, familyName, email, phone, languageCode } = guest;
    return { dataKey, sealed: seal(dataKey, JSON.stringify([givenName, familyName, email, phone, languageCode])) };
  },
  sealSecret: (dataKey, secret) => seal(dataKey, secret),
  openSecret: (dataKey, sealed) => open(dataKey, sealed),
};

/** The guest's data; undefined where the key was erased. */
export const openGuest = (dataKey: Uint8Array | null, sealed: Uint8Array): Guest | undefined => {
  if (dataKey === null) return undefined;
  const [givenName = "", familyName = "", email = "", phone = "", languageCode = ""]: readonly string[] = JSON.parse(
    open(dataKey, sealed),
  );
  return { givenName, familyName, email, phone, languageCode };
};

const seal = (key: Uint8Array, text: string): Buffer => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
};

const open = (key: Uint8Array, sealed: Uint8Array): string => {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const opened = decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES));
  return Buffer.concat([opened, decipher.final()]).toString("utf8");
};
