/** Verifies what a webhook posts. */

import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Return true if a request comes from the window, and was made in the last `tolerance` seconds.
 *
 * `headers`: as Node gives them, with names in lower case. `body`: the bytes as they came.
 */
export function isGenuine(
  secret: string,
  headers: Record<string, string | string[] | undefined>,
  body: Uint8Array | string,
  tolerance = 300,
): boolean {
  const timestamp = String(headers["x-single-window-timestamp"] ?? "");
  const signature = Buffer.from(String(headers["x-single-window-signature"] ?? ""));
  if (!/^\d+$/.test(timestamp) || Math.abs(Date.now() / 1_000 - Number(timestamp)) > tolerance) return false;
  const made = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex");
  const expected = Buffer.from(`sha256=${made}`);
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}
