/** Every image that is built, by the folder of the workspace that it runs. */
export const IMAGES = [
  "services/reservation-svc",
  "services/payment-svc",
  "services/report-svc",
  "services/edge-rest",
  "tools/migrate",
  "tools/sandbox-bank",
] as const;

export type ImageFolder = (typeof IMAGES)[number];

/** The last part of the folder names the image. */
export const imageName = (folder: string): string => `localhost/staymesh/${folder.slice(folder.lastIndexOf("/") + 1)}`;
