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
    list.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  };

  // A decision is taken on what somebody has seen: not on a page that came under a key still held, or a moment ago.
  const decideAfter = Number(document.body.dataset.decideAfter);
  const decides = (button) => Boolean(button && button.name === "act");
  let seenSince = Infinity;
  const inSight = () => performance.now() - seenSince >= decideAfter;
  const watch = () => {
    seenSince = document.hidden ? Infinity : performance.now();
    delete document.body.dataset.inSight;
    setTimeout(() => { if (inSight()) document.body.dataset.inSight = "yes"; }, decideAfter + 1);
  };
  // Who presses again without a pause has read nothing: the time in sight begins anew.
  const tellTooSoon = () => {
    watch();
    const hint = document.getElementById("too-soon");
    if (hint) hint.hidden = false;
  };
  watch();
  document.addEventListener("visibilitychange", watch);

  const held = new Set();
  document.addEventListener("keyup", (event) => held.delete(event.code));
  window.addEventListener("blur", () => held.clear());

  // What the declarant will read, with the reason as it stands in the form.
  const preview = (form) => {
    const chosen = form.elements.chosen && form.elements.chosen.selectedOptions[0];
    const typed = form.elements.reason ? form.elements.reason.value.trim() : "";
    for (const shown of form.querySelectorAll("[data-reasoned]")) {
      const own = chosen && chosen.value.startsWith(`${shown.dataset.act}.`) ? chosen.dataset.text : "";
      const reason = [own, typed].filter(Boolean).join("; ");
      shown.textContent = reason ? shown.dataset.reasoned.replace("…", () => reason) : shown.dataset.plain;
    }
  };
  all("form.decide").forEach((form) => {
    form.addEventListener("input", () => preview(form));
    preview(form);
  });

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

  // The same result for every line of goods.
  const fillIn = (button) => {
    button.form.querySelectorAll(`input[type=radio][value=${button.dataset.all}]`).forEach((choice) => { choice.checked = true; });
  };
  all("[data-all]").forEach((button) => button.addEventListener("click", () => fillIn(button)));

  const press = (key) => {
    const button = all("[data-key]").find((found) => found.dataset.key === key && !found.disabled);
    if (!button) return false;
    if (button.href) button.click();
    else if (button.dataset.all) fillIn(button);
    else decide(button);
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
    const again = event.repeat || held.has(event.code);
    held.add(event.code);
    if (again && !"jk".includes(key)) {
      event.preventDefault();
      return;
    }
    let done = true;
    if (key === "?") help();
    else if (key === "/") (document.querySelector("[data-search]") || document.getElementById("number")).focus();
    else if (rows.length && listed[key]) listed[key]();
    else if (key === "q" && document.querySelector("[data-queue]")) document.querySelector("[data-queue]").click();
    else if (/^[1-9]$/.test(key)) done = choose(Number(key));
    else if (key === "0" && document.querySelector(".bar [name=reason]")) document.querySelector(".bar [name=reason]").focus();
    else done = press(key);
    if (done) event.preventDefault();
  });

  // A double click is one decision, and its second click none on the page that follows.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (decides(event.submitter) && !inSight()) {
      event.preventDefault();
      tellTooSoon();
      return;
    }
    if (event.target.dataset.sent) event.preventDefault();
    else event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", (event) => {
    all("form[data-sent]").forEach((form) => delete form.dataset.sent);
    if (event.persisted) watch();
  });

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
