/** A sandbox: send, wait, read receipts, move the clock, decide as an officer. */

import { Caller, type CallOptions } from "./calls.js";
import { missed, type CallCriteria, type MadeCalls } from "./log.js";
import { Trade } from "./trades.js";

export interface SentMessage {
  id: number;
  type: string;
  documents: number;
  repeated: boolean;
}

export interface ListState {
  order_no: string;
  invt_no: string;
  state: string;
  tax: Record<string, string> | null;
}

/** The state at the end of a wait: the lists, and the statuses that were given. */
export interface Awaited {
  declarations: ListState[];
  given: string[];
  settled: boolean;
}

export interface Receipt {
  sequence: number;
  type: string;
  kind: string;
  key: string;
  order_no: string;
  status: string;
  info_zh: string;
  info_en: string;
  xml: string;
}

interface Page {
  receipts: Receipt[];
  next: number;
}

const part = encodeURIComponent;
/** A text as a header carries it: its bytes in UTF-8. */
const bytesOf = (text: string): string => Buffer.from(text).toString("latin1");
const numberOf = (number: Trade | string): string => (typeof number === "string" ? number : number.orderNo);

export class Sandbox {
  private samples = 0;

  constructor(
    readonly caller: Caller,
    readonly name: string,
  ) {}

  /** Make any call in this sandbox, by its path below /api/v1. */
  call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    return this.caller.call<T>(method, path, {
      ...options,
      headers: { "X-Sandbox": bytesOf(this.name), ...options.headers },
    });
  }

  /** Make a call about the sandbox itself, by the path below its name. */
  control<T>(method: string, path = "", json?: unknown): Promise<T> {
    return this.caller.call<T>(method, `/sandboxes/${part(this.name)}${path}`, json === undefined ? {} : { json });
  }

  /** The messages of a new trade (import, export), or one message (625) of the trade with this key; not sent. */
  async sample(flow: string, key = `${this.name}|${++this.samples}`): Promise<Trade> {
    const path = `/samples/${part(flow)}`;
    const made = await this.call<{ messages: { code: string; xml: string }[] }>("GET", path, { query: { key } });
    return new Trade(new Map(made.messages.map((each) => [each.code, each.xml])), key);
  }

  /** A further message of a trade, such as its return (625), with the numbers of the trade and other texts. */
  async further(trade: Trade, code: string, elements: Record<string, string> = {}): Promise<Trade> {
    const made = await this.sample(code, trade.key);
    const known = { orderNo: trade.orderNo, ...elements };
    const xml = made.messages.get(code) ?? "";
    const present = Object.entries(known).filter(([name]) => name in elements || xml.includes(`${name}>`));
    return made.changed(code, Object.fromEntries(present));
  }

  /** Send messages, or those of trades, in their order; throws `CallRefused` at the first that is refused. */
  async submit(...messages: (Trade | string)[]): Promise<SentMessage[]> {
    const sent: SentMessage[] = [];
    for (const each of messages) {
      for (const body of typeof each === "string" ? [each] : each.messages.values()) {
        sent.push(await this.call<SentMessage>("POST", "/messages", { body }));
      }
    }
    return sent;
  }

  /** Wait until one of these statuses was given, or nothing more can happen, 30 seconds at most. */
  waitFor(number: Trade | string, statuses: readonly (string | number)[] = [800, 100]): Promise<Awaited> {
    const query = { wait_for: statuses.join(","), timeout: 30 };
    return this.call<Awaited>("GET", `/declarations/${part(numberOf(number))}`, { query });
  }

  /** The receipts of a mailbox behind place `after`, each once; ends when none comes within `wait` seconds. */
  async *receipts(mailbox: string, after = 0, wait = 0): AsyncGenerator<Receipt, void, undefined> {
    for (let place = after; ; ) {
      const page = await this.call<Page>("GET", "/receipts", { query: { mailbox, after: place, wait } });
      yield* page.receipts;
      if (page.receipts.length === 0 || page.next === place) return;
      place = page.next;
    }
  }

  /** Decide as an officer about a list or one of its requests. */
  decide(number: Trade | string, action: string, reason = "", about = "declaration"): Promise<unknown> {
    const json = { action, reason, ...(about === "declaration" ? { as_declared: true } : {}) };
    return this.call("POST", `/cases/${about}/${part(numberOf(number))}/decisions`, { json });
  }

  /** Force a ready-made outcome from now on, such as lost, slow or repeated. */
  force(scenario: string): Promise<unknown> {
    return this.control("POST", "/triggers", { scenario });
  }

  /** Change how the sandbox behaves. */
  options(changes: Record<string, unknown>): Promise<unknown> {
    return this.control("PATCH", "", { options: changes });
  }

  /** Let time pass, such as 30s or 2d, until all that fell due is done. */
  advance(by: string): Promise<unknown> {
    return this.control("POST", "/clock/advance", { by, timeout: 30 });
  }

  /** Wait until all is done that can be done now. */
  settle(): Promise<unknown> {
    return this.advance("0s");
  }

  /** The calls that were made in this sandbox; the window must keep them (`run --call-log N`), else it refuses (404). */
  calls(criteria: CallCriteria = {}): Promise<MadeCalls> {
    return this.call<MadeCalls>("GET", "/calls", { query: { ...criteria } });
  }

  /** Throw unless such a call was made so often; the error names the nearest. */
  async demandCalls(criteria: CallCriteria, times = 1): Promise<void> {
    const wrong = missed(criteria, await this.calls(criteria), times);
    if (wrong) throw new Error(wrong);
  }

  delete(): Promise<unknown> {
    return this.control("DELETE");
  }
}
