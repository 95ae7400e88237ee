/** A small shop that sells abroad: it declares its orders and acts on what customs answer. */

const order = /orderNo>([^<]+)</;

export class Shop {
  /** Order number → waiting, sent on, held, refused or returned. */
  states = new Map();
  /** Order number → the value-added tax of its tax bill, in yuan. */
  taxes = new Map();
  seen = 0;

  /** `key`: a program's key; a window on this machine wants none. */
  constructor(url, sandbox, mailbox, key = "") {
    Object.assign(this, { url, sandbox, mailbox, key });
  }

  async #call(method, path, body) {
    const headers = { "X-Sandbox": this.sandbox, "Content-Type": "application/xml" };
    if (this.key) headers["X-Api-Key"] = this.key;
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, body, headers });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.findings.map((finding) => finding.en).join("; "));
    return told;
  }

  /** Send the messages of a trade; gives the numbers under which the window keeps them. */
  async declare(...messages) {
    const numbers = [];
    for (const message of messages) {
      numbers.push((await this.#call("POST", "/messages", message)).id);
      const orderNo = order.exec(message)?.[1];
      if (orderNo && !this.states.has(orderNo)) this.states.set(orderNo, "waiting");
    }
    return numbers;
  }

  /** Take the receipts that came since the last time, each once, in their order. */
  async poll() {
    for (let more = true; more; ) {
      const page = await this.#call("GET", `/receipts?mailbox=${this.mailbox}&after=${this.seen}`);
      for (const receipt of page.receipts) this.#act(receipt);
      more = page.receipts.length > 0;
      this.seen = page.next;
    }
  }

  /** Ask where an order stands, where its receipts stay away. */
  async lookAgain(orderNo) {
    const { declarations } = await this.#call("GET", `/declarations/${orderNo}`);
    if (declarations.some(({ state }) => state === "released" || state === "closed")) this.states.set(orderNo, "sent on");
  }

  #act({ kind, order_no: orderNo, status, xml }) {
    if (kind === "tax_bill") this.taxes.set(orderNo, /valueAddedTax>([^<]+)</.exec(xml)?.[1]);
    else if (kind === "refund" && status === "800") this.states.set(orderNo, "returned");
    else if (kind === "inventory") this.#actOnList(orderNo, status);
  }

  #actOnList(orderNo, status) {
    if (status === "800") this.states.set(orderNo, "sent on");
    else if (status === "300" || status === "500") this.states.set(orderNo, "held");
    // what refuses a second declaration of an order changes nothing about the first
    else if (/^(100|700|-\d+)$/.test(status) && this.states.get(orderNo) !== "sent on") {
      this.states.set(orderNo, "refused");
    }
  }
}
