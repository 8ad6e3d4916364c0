/** A UUIDv7: its first 48 bits are the time in milliseconds, the rest is taken from a random UUID. */
export const uuidv7 = (ms: number, random: string): string => {
  const time = ms.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${random.slice(15)}`;
};
