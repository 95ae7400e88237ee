/** Releases a trade through the client that openapi-generator makes: fetch.js ADDRESS ORDER-NUMBER FILE… */
import { readFile } from "node:fs/promises";

import { Configuration, DeclarationsApi, MessagesApi } from "./client/index.js";

const [address, orderNo, ...files] = process.argv.slice(2) as [string, string, ...string[]];
const configuration = new Configuration({ basePath: address });
const messages = new MessagesApi(configuration);

for (const [place, file] of files.entries()) {
  const data = { data: (await readFile(file)).toString("base64") };
  // both documented bodies, in turn
  const body = place % 2 ? { message: { messageBody: data } } : data;
  const accepted = await messages.postMessagesSend({ postMessagesSendRequest: body });
  console.log(accepted.type, accepted.state);
}
const declarations = new DeclarationsApi(configuration);
const shown = await declarations.getDeclarationsShow({ number: orderNo, waitFor: ["800,100"] });
console.log("the list is", shown.declarations[0]?.state);
