/** HTTP calls to a window: JSON in and out; refusals are errors with their findings. */

export interface Finding {
  code: string;
  zh: string;
  en: string;
  remedy_zh: string;
  remedy_en: string;
  path: string;
  expected: string;
}

/** The window refused a call. */
export class CallRefused extends Error {
  constructor(
    readonly status: number,
    readonly findings: readonly Finding[],
  ) {
    super(findings.map((each) => `[${each.code}] ${each.en} (${each.remedy_en})`).join("; ") || `HTTP ${status}`);
    this.name = "CallRefused";
  }

  get codes(): string[] {
    return this.findings.map((each) => each.code);
  }
}

export interface CallOptions {
  /** A list stands for a parameter that is given several times. */
  query?: Record<string, string | number | boolean | readonly string[]>;
  json?: unknown;
  body?: string;
  headers?: Record<string, string>;
}

/** Milliseconds after which a call without an answer fails: longer than any wait that a call may ask for. */
const TIMEOUT = 90_000;
/** Statuses of calls that were not begun: the caller's own limit, a busy window. */
const NOT_BEGUN = new Set([429, 503]);
const ATTEMPTS = 10;

export class Caller {
  readonly url: string;

  /** `key`: a program's key, or name:password of an account. */
  constructor(
    url: string,
    private readonly key = "",
  ) {
    this.url = url.replace(/\/+$/, "");
  }

  /** Make a call by its path below /api/v1 and return the JSON of the answer; throws `CallRefused`. */
  async call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const address = new URL(`${this.url}/api/v1${path}`);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      for (const each of Array.isArray(value) ? value : [value]) address.searchParams.append(name, String(each));
    }
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const type = options.json === undefined ? "application/xml" : "application/json";
    const headers = {
      ...(body === undefined ? {} : { "Content-Type": type }),
      ...this.credentials(),
      ...options.headers,
    };
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(address, {
        method,
        headers,
        signal: AbortSignal.timeout(TIMEOUT),
        ...(body === undefined ? {} : { body }),
      });
      const pause = Number(answer.headers.get("Retry-After"));
      if (NOT_BEGUN.has(answer.status) && pause > 0 && attempt < ATTEMPTS) {
        await answer.arrayBuffer();
        await new Promise((resolve) => setTimeout(resolve, pause * 1_000));
        continue;
      }
      const text = await answer.text();
      const told = text ? JSON.parse(text) : undefined;
      if (!answer.ok) throw new CallRefused(answer.status, told?.findings ?? []);
      return told as T;
    }
  }

  private credentials(): Record<string, string> {
    if (!this.key) return {};
    const basic = this.key.includes(":");
    return { Authorization: basic ? `Basic ${Buffer.from(this.key).toString("base64")}` : `Bearer ${this.key}` };
  }
}
