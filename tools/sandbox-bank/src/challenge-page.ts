import type { Operation } from "./operation.ts";

/** Where a card holder says yes or no. */
export const challengePage = (operation: Operation): string =>
  page(
    operation.status === "requires_action"
      ? `<p>Do you pay <strong>${operation.amount} ${operation.currency}</strong> (in minor units)?</p>
<form method="post"><button name="outcome" value="approve">Approve</button>
<button name="outcome" value="decline">Decline</button></form>`
      : "<p>This payment is no longer waiting for you.</p>",
  );

export const resultPage = (sentence: string): string => page(`<p>${sentence}</p><p>You may close this page.</p>`);

const page = (content: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sandbox bank</title></head>
<body style="font: 1.1rem system-ui; max-width: 30rem; margin: 4rem auto"><h1>Sandbox bank</h1>${content}</body></html>
`;
