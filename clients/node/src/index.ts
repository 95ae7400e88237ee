export { Caller, CallRefused, type CallOptions, type Finding } from "./calls.js";
export { type CallCriteria, type MadeCall, type MadeCalls } from "./log.js";
export { Sandbox, type Awaited, type ListState, type Receipt, type SentMessage } from "./sandbox.js";
export { Trade } from "./trades.js";
export { isGenuine } from "./webhooks.js";
export { startWindow, Window } from "./window.js";
