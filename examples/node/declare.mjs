// Declares one trade in a sandbox of its own and waits for its release. Node 18 or newer, no packages.
// node declare.mjs http://127.0.0.1:8642 order.xml payment.xml waybill.xml list.xml
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";

const [url, ...files] = process.argv.slice(2);
const api = `${url}/api/v1`;
const sandbox = `node-${randomUUID().slice(0, 8)}`;

async function call(method, path, body, headers = {}) {
  const answer = await fetch(api + path, { method, body, headers: { "X-Sandbox": sandbox, ...headers } });
  const told = await answer.json();
  if (!answer.ok) {
    throw new Error(told.findings.map((finding) => `[${finding.code}] ${finding.en}`).join("; "));
  }
  return told;
}

const json = { "Content-Type": "application/json" };
await call("POST", "/sandboxes", JSON.stringify({ name: sandbox, preset: "ci" }), json);
try {
  let list = "";
  for (const file of files) {
    list = await readFile(file, "utf8");
    await call("POST", "/messages", list);
  }
  const order = /orderNo>([^<]+)</.exec(list)[1];
  const mailbox = /dxpId>([^<]+)</.exec(list)[1];
  const outcome = await call("GET", `/declarations/${order}?wait_for=800,100&timeout=30`);
  assert.deepEqual(outcome.given, ["800"]);
  const { receipts } = await call("GET", `/receipts?mailbox=${mailbox}&after=0&body=false`);
  const statuses = receipts.filter((receipt) => receipt.kind === "inventory").map((receipt) => receipt.status);
  assert.deepEqual(statuses, ["2", "120", "800"]);
  console.log(`${order} is ${outcome.declarations[0].state}: ${statuses.join(" ")}`);
} finally {
  await call("DELETE", `/sandboxes/${sandbox}`);
}
