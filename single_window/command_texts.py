"""Short help of each command, readable without importing the command. Texts of subjects are in their folders."""

from __future__ import annotations

from collections.abc import Mapping

from single_window.cases import folders

TEXTS: Mapping[str, str] = {
    **{name: line for name, (_, line) in folders.commands().items()},
    "run": "Run the window: API under /api/v1, pages under /, folders in the data folder.",
    "serve": "Answer HTTP in several processes, without doing the work.",
    "work": "Process the window's queues in separate processes.",
    "submit": "Send messages: plain CEB XML or DxpMsg, one in each file, or EDIFACT interchanges of terminals.",
    "validate": "Validate messages, EPCIS, EDIFACT, platform files, manifests (- reads standard input); store none.",
    "sample": "Print the sample of a message type, or of an EDIFACT interchange (CODECO, DESADV_D01B).",
    "receipts": "Print the receipts of a mailbox.",
    "listen": "Print receipts as they arrive, and optionally forward them to a program.",
    "conformance": "Show the progress of a participant: accepted kinds of documents, handled outcomes, remaining "
    "tasks.",
    "act": "Decide about a declaration or another case.",
    "case": "What officers keep with a case, and who deals with it: notes, files, assignment.",
    "team": "Absences of officers, handing over, distribution of waiting cases, alerts.",
    "dossier": "Write the dossier of a case: one HTML file that needs no other, to print on A4 or to keep.",
    "create": "Make a new case as an officer, such as a batch.",
    "audit": "Check that all ledgers of the sandbox balance.",
    "digest": "Print the outcomes of the sandbox's trades, one line each, and a hash of all lines.",
    "compare": "Compare two runs: show the first difference of each trade, and the others.",
    "record": "Record what happened in the sandbox until now: messages, officers' acts, receipts, options, master "
    "data.",
    "replay": "Play a recording again in a new sandbox.",
    "channel": "Delivery of receipts to participants by webhooks, RabbitMQ, or their own brokers.",
    "epcis": "Where goods were, as EPCIS events: capture what a participant tells, and query it.",
    "certificate": "Certificates with which companies sign messages, registered in the sandbox.",
    "signature": "Signatures of messages: sign a message, explain a signature.",
    "account": "Officers' accounts, for signing in to the console and deciding over HTTP.",
    "key": "Keys of programs, each for a sandbox and mailboxes in it.",
    "import": "Import master data from a CSV file (UTF-8 or GB18030, header first).",
    "sandbox": "Sandboxes: each has separate participants, clock, allowances and random decisions.",
    "clock": "The clock of a sandbox: the system clock, or a virtual one.",
    "scenarios": "List predefined outcomes, for `trigger add --scenario` and the header X-Scenario of one call.",
    "trigger": "Outcomes that a test forces in the sandbox: rejected, inspected, late, lost, not answered.",
    "faults": "Fault profiles: slow, lost and duplicate receipts, outages, bad connections.",
    "rules": "Rules and their sources.",
    "status": "Show the data folder, database, broker, processes, overdue work, and the contents of each sandbox.",
    "prune": "Delete the archived bytes of messages received before DAY and dismissed deliveries filed before it.",
    "check": "Check the database's file for damage, page by page, even while a window runs.",
    "backup": "Copy the database to FILE, consistently, even while a window runs.",
    "restored": "Skip all numbers that may have been assigned since the restored backup was taken.",
    "upgrade": "Migrate the database to the revision that this program needs, in one transaction.",
    "docs": "Serve the documentation and the reference for a browser, without a network.",
}
