// Keys for officers, and a hint when the queue has changed. Everything works without this script.
(() => {
  "use strict";
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const rows = all("[data-row]");
  let at = -1;

  const go = (step) => {
    if (!rows.length) return;
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    const link = rows[at].querySelector("[data-open]");
    rows.forEach((row) => row.classList.toggle("at", row === rows[at]));
    link.focus();
    link.scrollIntoView({ block: "center" });
  };

  const choose = (number) => {
    const list = document.querySelector("[data-reasons]");
    if (!list || number >= list.options.length) return false;
    list.selectedIndex = number;
    return true;
  };

  const decide = (button) => {
    const form = button.form;
    const given = ["chosen", "reason"].some((name) => form.elements[name] && form.elements[name].value.trim());
    if ("needsReason" in button.dataset && !given) {
      (form.elements.chosen || form.elements.reason).focus();
      return;
    }
    if (form.dataset.sent) return;
    form.requestSubmit(button);
  };

  const press = (key) => {
    const button = all("[data-key]").find((found) => found.dataset.key === key && !found.disabled);
    if (!button) return false;
    decide(button);
    return true;
  };

  const help = () => {
    const shown = document.getElementById("keys");
    if (!shown) return;
    if (shown.open) shown.close(); else shown.showModal();
  };

  const listed = {
    j: () => go(1), k: () => go(-1),
    x: () => { if (at >= 0) rows[at].querySelector("[data-tick]")?.click(); },
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing) {
      if (event.key === "Escape") typing.blur();
      return;
    }
    const key = event.key;
    let done = true;
    if (key === "?") help();
    else if (key === "/") (document.querySelector("[data-search]") || document.getElementById("number")).focus();
    else if (rows.length && listed[key]) listed[key]();
    else if (key === "q" && document.querySelector("[data-queue]")) document.querySelector("[data-queue]").click();
    else if (/^[1-9]$/.test(key)) done = choose(Number(key));
    else done = press(key);
    if (done) event.preventDefault();
  });

  // A double click is one decision.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) event.preventDefault();
    else event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  const changed = document.getElementById("changed");
  if (changed) {
    setInterval(async () => {
      if (document.hidden) return;
      const answer = await fetch(changed.dataset.changes, { headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer || !answer.ok) return;
      const told = await answer.json();
      changed.hidden = String(told.waiting) === changed.dataset.waiting;
    }, 15000);
  }
})();
