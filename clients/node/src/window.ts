/** A window at an address, or one that is started for this process. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Caller, CallRefused } from "./calls.js";
import { Sandbox } from "./sandbox.js";

const START_MILLISECONDS = 60_000;
/** How many calls of each sandbox a started window keeps, for assertions. */
const CALLS_KEPT = "2000";
/** The code by which a window refuses a key a sandbox whose name does not begin as it expects. */
const OTHER_NAME = "sandbox-name-of-key";
/** Settings of a started window unless others are given: it posts to webhooks on this machine, where tests are. */
const OWN_SETTINGS = { SINGLE_WINDOW_WEBHOOK_PRIVATE: "1" };

export class Window {
  readonly caller: Caller;

  /** `key`: a program's key, or name:password of an account; none for a window on this machine. */
  constructor(
    readonly url: string,
    readonly key = "",
    private readonly ended: () => Promise<void> = async () => {},
  ) {
    this.caller = new Caller(url, key);
  }

  sandbox(name = "main"): Sandbox {
    return new Sandbox(this.caller, name);
  }

  /**
   * Make a sandbox in which nothing happens by itself and the clock stands still, unless a preset says otherwise.
   *
   * With a key, its name gets the beginning that those of the key must have: take it from `Sandbox.name`.
   */
  async makeSandbox(name: string, preset = "ci", options: Record<string, unknown> = {}): Promise<Sandbox> {
    const make = (named: string) => this.caller.call("POST", "/sandboxes", { json: { name: named, preset, options } });
    try {
      await make(name);
    } catch (error) {
      const begins = error instanceof CallRefused && error.findings.find((each) => each.code === OTHER_NAME)?.expected;
      if (!begins) throw error;
      name = begins + name;
      await make(name);
    }
    return this.sandbox(name);
  }

  /** End a window that `startWindow` started. */
  close(): Promise<void> {
    return this.ended();
  }
}

/**
 * Start a window that keeps nothing and ends with this process.
 *
 * `command`: by default that in `SINGLE_WINDOW_COMMAND`, else `single-window`. `settings`: those of the window, as
 * `{ SINGLE_WINDOW_REQUIRE_KEYS: "1" }`; where it makes a key, the window returned has it.
 */
export async function startWindow(
  command = process.env["SINGLE_WINDOW_COMMAND"] ?? "single-window",
  settings: Record<string, string> = {},
): Promise<Window> {
  const folder = await mkdtemp(join(tmpdir(), "single-window-"));
  const ready = join(folder, "window.json");
  const words = ["run", "--ephemeral", "--port", "0", "--preset", "ci", "--call-log", CALLS_KEPT];
  const child = spawn(command, [...words, "--ready-file", ready, "--until", String(process.pid)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...withoutSettings(process.env), ...OWN_SETTINGS, ...settings },
  });
  let said = "";
  child.stderr?.on("data", (text) => (said = `${said}${text}`.slice(-2_000)));
  const failed = once(child, "error").then(([error]) => Promise.reject(error));
  try {
    const { url, key } = await Promise.race([answering(ready, child, () => said), failed]);
    return new Window(url, key ?? "", () => stopped(child, folder));
  } catch (error) {
    await stopped(child, folder);
    throw new Error(`${command} did not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function answering(ready: string, child: ChildProcess, said: () => string): Promise<{ url: string; key?: string }> {
  for (const until = Date.now() + START_MILLISECONDS; Date.now() < until; ) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said()}`);
    try {
      return JSON.parse(await readFile(ready, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no answer within ${START_MILLISECONDS / 1_000} s: ${said()}`);
}

async function stopped(child: ChildProcess, folder: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
}

function withoutSettings(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith("SINGLE_WINDOW_")));
}
