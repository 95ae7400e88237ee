/** The messages of a trade, which can be changed before they are sent. */

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] as string);

const element = (name: string): RegExp => new RegExp(`(<(?:[\\w.-]+:)?${name}>)([^<]*)(?=</)`, "g");

export class Trade {
  /** `messages`: type, as 621, to XML, in the order in which they are sent. */
  constructor(
    readonly messages: ReadonlyMap<string, string>,
    readonly key: string,
  ) {}

  get orderNo(): string {
    return this.value("orderNo");
  }

  /** The text of an element in the message of a type, by default in the first that has it. */
  value(name: string, code?: string): string {
    for (const [each, xml] of this.messages) {
      const found = code === undefined || code === each ? element(name).exec(xml) : null;
      if (found) return found[2] as string;
    }
    throw new Error(`no message of the trade has ${name}`);
  }

  /** The mailbox (DXP id) that receives the receipts of the message of a type. */
  mailbox(code: string): string {
    return this.value("dxpId", code);
  }

  /** The trade with other texts of elements in the message of a type. */
  changed(code: string, elements: Record<string, string>): Trade {
    let xml = this.messages.get(code);
    if (xml === undefined) throw new Error(`the trade has no message ${code}`);
    for (const [name, text] of Object.entries(elements)) {
      if (!element(name).test(xml)) throw new Error(`the message has no element ${name}`);
      xml = xml.replace(element(name), (_, start: string) => start + escaped(text));
    }
    return new Trade(new Map(this.messages).set(code, xml), this.key);
  }
}
