/** Releases a trade through the types that openapi-typescript makes: release.js ADDRESS ORDER-NUMBER FILE… */
import { readFile } from "node:fs/promises";

import createClient from "openapi-fetch";

import type { paths } from "./api.js";

const [address, orderNo, ...files] = process.argv.slice(2) as [string, string, ...string[]];
const client = createClient<paths>({ baseUrl: address });

for (const [place, file] of files.entries()) {
  const data = { data: (await readFile(file)).toString("base64") };
  // both documented bodies, in turn
  const body = place % 2 ? { Message: { MessageBody: data } } : data;
  const { data: accepted, error } = await client.POST("/api/v1/messages", { body });
  if (accepted === undefined) throw new Error(JSON.stringify(error));
  console.log(accepted.type, accepted.state);
}
const { data: shown } = await client.GET("/api/v1/declarations/{number}", {
  params: { path: { number: orderNo }, query: { wait_for: ["800,100"] } },
});
console.log("the list is", shown?.declarations[0]?.state);
