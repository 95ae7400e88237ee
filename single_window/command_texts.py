"""Short help of each command, readable without importing the command. Texts of subjects are in their folders."""

from __future__ import annotations

from collections.abc import Mapping

from single_window.cases import folders

TEXTS: Mapping[str, str] = {
    **{name: line for name, (_, line) in folders.commands().items()},
    "run": "Run the window: API under /api/v1, pages under /, folders in the data folder.",
    "serve": "Answer HTTP in several processes; others work.",
    "work": "Work on the window's queues, in processes of their own.",
    "submit": "Hand in messages: bare CEB XML or DxpMsg, one in each file.",
    "validate": "Tell everything about messages (- reads standard input); nothing is stored.",
    "sample": "Print the sample of a message type.",
    "receipts": "Read a mailbox.",
    "listen": "Print receipts as they come, and post them to a program of yours.",
    "conformance": "Tell what a participant has sent rightly, which outcomes he has seen and dealt with, and what is "
    "left.",
    "act": "Decide about a list or anything else that waits.",
    "audit": "Prove that all ledgers of the sandbox balance.",
    "digest": "Tell what the sandbox's traffic came to: a line for each trade, in order, and one hash over all of "
    "them.",
    "compare": "Compare two runs: name the first difference, and by trade all that follow from it.",
    "record": "Record what happened in the sandbox until now: messages, officers' acts, receipts, options, master "
    "data.",
    "replay": "Play a recording again in a fresh sandbox.",
    "channel": "Ways in which receipts are brought to participants: webhooks, queues at RabbitMQ, their own brokers.",
    "certificate": "Certificates with which companies sign messages, registered in the sandbox.",
    "signature": "Signatures of messages: make one, explain one.",
    "account": "Accounts of officers: who may sign in to the pages, and act over HTTP.",
    "key": "Keys with which programs call: each belongs to a sandbox and to mailboxes in it.",
    "import": "Import master data from a CSV file (UTF-8 or GB18030, header first).",
    "sandbox": "Sandboxes: each has its own participants, clock, allowances and dice.",
    "clock": "The clock of a sandbox: the machine's, or a virtual one that is moved.",
    "scenarios": "List ready-made outcomes: for `trigger add --scenario`, and for the header X-Scenario of one call.",
    "trigger": "Outcomes that a test forces in the sandbox: rejected, inspected, late, lost, not answered.",
    "faults": "Faults of the world around the window, as profiles: slow, lost and doubled receipts, outages, bad "
    "lines.",
    "rules": "Rules and their sources.",
    "status": "Show where the data lie, how database and broker are, what runs, what takes too long, and what each "
    "sandbox holds.",
    "prune": "Drop the archived bytes of messages that came before DAY and the deliveries finished before it.",
    "check": "Examine the database's file, page by page, even while a window works on it.",
    "backup": "Copy the database to FILE, consistently, even while a window works on it.",
    "restored": "Go on well above all numbers that may have been given out since the restored copy was taken.",
    "upgrade": "Bring the database to the revision that this program needs, in one transaction: all of it or nothing.",
    "docs": "Show the documentation and the reference in a browser, without a network.",
}
