/** The calls that a program made in a sandbox, for assertions: which, how often, with what. */

/** `misses`: of a call that is near, which criteria it does not meet. */
export interface MadeCall {
  id: number;
  at: string;
  method: string;
  path: string;
  query: string;
  status: number;
  took: number;
  misses?: string;
}

/** Calls that meet criteria, newest first, how many do, and, if none does, the nearest. */
export interface MadeCalls {
  calls: MadeCall[];
  count: number;
  near: MadeCall[];
}

/** The method, how the path below /api/v1 begins, texts that query or body contain, and the status of the answer. */
export interface CallCriteria {
  method?: string;
  path?: string;
  contains?: string[];
  status?: number;
}

const shown = (call: MadeCall): string =>
  `\n  ${call.method} ${call.path} ${call.query} → ${call.status}${call.misses ? ` (not: ${call.misses})` : ""}`;

/** What is wrong unless such calls were made so often; names the nearest. */
export function missed(wanted: CallCriteria, found: MadeCalls, times: number): string | undefined {
  if (found.count === times) return undefined;
  const near = (found.near.length > 0 ? found.near : found.calls).map(shown).join("");
  const often = `wanted ${times} time(s), made ${found.count} time(s)`;
  return `${JSON.stringify(wanted)}: ${often}${near ? `; nearest:${near}` : ""}`;
}
