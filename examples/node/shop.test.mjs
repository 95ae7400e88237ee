// The shop, tested against a window: npm install, then npm test.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";

import { CallRefused, isGenuine, startWindow, Window } from "single-window-client";

import { Shop } from "./shop.mjs";

describe("the shop", () => {
  let window, sandbox, trade, shop;
  let count = 0;

  before(async () => {
    const url = process.env.SINGLE_WINDOW_URL;
    window = url ? new Window(url, process.env.SINGLE_WINDOW_KEY) : await startWindow();
  });
  after(() => window.close());

  beforeEach(async () => {
    sandbox = await window.makeSandbox(`shop-${process.pid}-${++count}`);
    trade = await sandbox.sample("import");
    shop = new Shop(window.url, sandbox.name, trade.mailbox("621"), window.key);
  });

  const stateIs = (state) => assert.deepEqual([...shop.states], [[trade.orderNo, state]]);
  const declare = (declared = trade) => shop.declare(...declared.messages.values());

  test("an accepted order is sent on", async () => {
    await declare();
    stateIs("waiting");
    await sandbox.waitFor(trade, [800]);
    await shop.poll();
    stateIs("sent on");
  });

  const keptCalls = process.env.SINGLE_WINDOW_URL ? "a window that runs already keeps calls only if it was told to" : false;
  test("each message is sent once, and the order first", { skip: keptCalls }, async () => {
    await declare();
    await sandbox.demandCalls({ method: "POST", path: "/messages", status: 202 }, trade.messages.size);
    await sandbox.demandCalls({ method: "POST", path: "/messages", contains: ["CEB311Message", trade.orderNo] });
    await assert.rejects(
      sandbox.demandCalls({ method: "POST", path: "/messages", contains: ["CEB625Message"] }),
      /made 0 time\(s\); nearest:\n {2}POST \/messages/,
    );
    const { calls } = await sandbox.calls({ method: "POST", path: "/messages", contains: ["CEB311Message"] });
    const all = (await sandbox.calls({ method: "POST", path: "/messages" })).calls;
    assert.equal(calls[0].id, all.at(-1).id); // the newest comes first
  });

  test("a rejected order is refused", async () => {
    await declare(trade.changed("411", { payerName: "王某某" })); // somebody else has paid
    assert.deepEqual((await sandbox.waitFor(trade)).given, ["100"]);
    await shop.poll();
    stateIs("refused");
  });

  test("an inspected order is held", async () => {
    await sandbox.options({ await_arrival: true }); // so that an officer may act before it is released
    await declare();
    await sandbox.waitFor(trade, [400]);
    await sandbox.decide(trade, "inspect");
    await shop.poll();
    stateIs("held");
    await sandbox.decide(trade, "conclude");
    await sandbox.waitFor(trade, [800]);
    await shop.poll();
    stateIs("sent on");
  });

  test("goods come back", async () => {
    await declare();
    const { declarations } = await sandbox.waitFor(trade, [800]);
    const back = await sandbox.further(trade, "625", { invtNo: declarations[0].invt_no });
    await declare(back);
    await sandbox.advance("3d"); // customs review it
    await sandbox.decide(back.value("copNo"), "take_back");
    await sandbox.settle();
    await shop.poll();
    stateIs("returned");
  });

  test("a receipt that is late is waited for", async () => {
    await sandbox.force("slow");
    await declare();
    await sandbox.settle();
    await shop.poll();
    stateIs("waiting");
    await sandbox.advance("30s");
    await shop.poll();
    stateIs("sent on");
  });

  test("a receipt that is lost is asked for", async () => {
    await sandbox.force("lost");
    await declare();
    await sandbox.settle();
    await shop.poll();
    stateIs("waiting");
    await shop.lookAgain(trade.orderNo);
    stateIs("sent on");
  });

  for (const scenario of ["repeated", "out_of_order", "contradicted"]) {
    test(`nothing takes a release back: ${scenario}`, async () => {
      await sandbox.force(scenario);
      await declare();
      await sandbox.settle();
      await sandbox.advance("1h");
      await shop.poll();
      stateIs("sent on");
    });
  }

  test("a duplicate changes nothing", async () => {
    const first = await declare();
    assert.deepEqual(await declare(), first); // the same transmission: the same numbers
    await sandbox.waitFor(trade, [800]);
    await declare(await sandbox.further(trade, "621"));
    await sandbox.waitFor(trade, [800]);
    await shop.poll();
    stateIs("sent on");
  });

  test("an order is taxed", async () => {
    await declare();
    const { declarations } = await sandbox.waitFor(trade, [816]);
    await shop.poll();
    assert.ok(Number(declarations[0].tax.vat) > 0);
    assert.equal(Number(shop.taxes.get(trade.orderNo)), Number(declarations[0].tax.vat));
  });

  test("what the port refuses is refused", async () => {
    await declare(trade.changed("621", { netWeight: "999" })); // more than the gross weight
    assert.deepEqual((await sandbox.waitFor(trade, [-621001])).given, ["-621001"]);
    await shop.poll();
    stateIs("refused");
  });

  test("what is not a message is refused at once, with its reason", async () => {
    await assert.rejects(sandbox.submit("<Order/>"), (error) => error instanceof CallRefused && error.codes.length > 0);
  });

  test("receipts are read from where one stopped", async () => {
    await declare();
    await sandbox.waitFor(trade, [800]);
    const all = [];
    for await (const receipt of sandbox.receipts(shop.mailbox)) all.push(receipt.sequence);
    const rest = [];
    for await (const receipt of sandbox.receipts(shop.mailbox, all[0])) rest.push(receipt.sequence);
    assert.deepEqual(rest, all.slice(1));
  });
});

test("a window that wants a key pushes to this machine", async () => {
  const window = await startWindow(undefined, { SINGLE_WINDOW_REQUIRE_KEYS: "1" });
  const receiver = createServer().listen(0, "127.0.0.1");
  try {
    await once(receiver, "listening");
    const sandbox = await window.makeSandbox(`shop-${process.pid}-keyed`);
    assert.ok(window.key && sandbox.name.startsWith("main-shop-"));
    const trade = await sandbox.sample("import");
    const url = `http://127.0.0.1:${receiver.address().port}/receipts`;
    const { secret } = await sandbox.call("PUT", `/channels/${trade.mailbox("621")}/webhook`, { json: { url } });
    const requested = once(receiver, "request");
    await new Shop(window.url, sandbox.name, trade.mailbox("621"), window.key).declare(...trade.messages.values());
    const [request, response] = await requested;
    const body = Buffer.concat(await request.toArray());
    response.writeHead(204).end();
    assert.ok(isGenuine(secret, request.headers, body.toString()) && body.includes(trade.orderNo));
  } finally {
    receiver.closeAllConnections?.();
    receiver.close();
    await window.close();
  }
});

test("a webhook is known by its signature", () => {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signed = createHmac("sha256", "secret").update(`${timestamp}.<xml/>`).digest("hex");
  const headers = { "x-single-window-timestamp": timestamp, "x-single-window-signature": `sha256=${signed}` };
  assert.ok(isGenuine("secret", headers, "<xml/>"));
  assert.ok(!isGenuine("other", headers, "<xml/>"));
  assert.ok(!isGenuine("secret", headers, "<xml>"));
  assert.ok(!isGenuine("secret", { ...headers, "x-single-window-timestamp": "1" }, "<xml/>"));
});
