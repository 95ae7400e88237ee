// Keys of officers. A letter only chooses an act, Enter carries it out. Everything works without this script.
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const rows = all("[data-row]");
  const bar = one(".bar");
  const inView = (part) => part.offsetParent !== null;
  let at = rows.findIndex((row) => row.classList.contains("open"));

  const go = (step) => {
    if (!rows.length) return;
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    one("[data-open]", rows[at]).focus();
    rows[at].scrollIntoView({ block: "nearest" });
  };
  const parts = all(".body section[id]");
  let part = -1;
  const section = (step) => {
    if (!parts.length) return;
    part = Math.max(0, Math.min(parts.length - 1, part + step));
    parts[part].tabIndex = -1;
    parts[part].focus();
    parts[part].scrollIntoView({ block: "start" });
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

  // The chosen act, and what belongs to it.
  const chosenAct = () => all(".acts > div > input:checked").find((radio) => !radio.disabled);
  const panel = () => { const radio = chosenAct(); return radio && one(".armed", radio.parentElement); };
  // Fields of an act; those that all acts of a bar share stand beside them.
  const fields = (selector, armed) => {
    const shared = one(".shared", armed.closest(".acts") || document.createElement("i"));
    return [...all(selector, armed), ...(shared ? all(selector, shared) : [])];
  };
  const field = (selector, armed) => fields(selector, armed)[0];
  // What was found of each line of goods, as it stands in the reason.
  const findings = () => all(".goods input[data-found]:checked").map((choice) => {
    const typed = (name) => document.getElementById(`${name}-${choice.dataset.line}`);
    const [remark, found] = [typed("remark").value.trim(), typed("found").value.trim()];
    if (choice.value === "as_declared" && !remark) return "";
    const counted = found && `，${typed("found").dataset.counted}${found}`;
    return `第${choice.dataset.line}项${choice.dataset.found}${counted}${remark ? "：" : ""}${remark}`;
  }).filter(Boolean).join("；");
  // A question to the declarant, put together as the server does it; its meaning is only that of what is asked.
  const questionOf = (form, name) => {
    const ticked = all(".questions li", form).filter((item) => one("input", item).checked);
    const asked = [...ticked.map((item) => (name === "text" ? one("textarea", item).value : itemWords(item))),
      field("input[name^=reason]", form).value].map((text) => text.trim().replace(/[。；; ]+$/, "")).filter(Boolean);
    if (!asked.length) return "";
    if (name !== "text") return asked.join("; ");
    const names = fields("input[name^=returns]:checked", form).map((box) => box.dataset.text).join("、");
    const parts = {
      asked: (asked.length > 1 ? asked.map((text, place) => `${place + 1}. ${text}`) : asked).join("；"),
      back: names ? one(".question", form).dataset.back.replace("{names}", () => names) : "",
      due: field("input[name^=due]", form).value.trim(),
      ends: field("input[name^=silence]:checked", form).dataset.text,
    };
    return one(".question", form).dataset.words.replace(/\{(\w+)\}/g, (_, part) => parts[part]);
  };
  // What stands in a row of prepared words, without its key; the Chinese of it, where that is not what stands there.
  const itemWords = (item) => all("label", item)[0].lastChild.textContent.trim();
  const preparedWords = (radio, name) => (name === "text" && radio.dataset.text) || itemWords(radio.closest("li"));
  const reasonOf = (armed, name = "text") => {
    if (one(".question", armed)) return questionOf(armed, name);
    const prepared = one("input[name^=chosen]:checked", armed);
    const typed = field("input[name^=reason]", armed);
    return [prepared && preparedWords(prepared, name), typed && typed.value.trim()].filter(Boolean).join("; ");
  };
  // A determined value as the declarant reads it: the method, and the price of each line as it is kept.
  const priceText = (text) => {
    if (!/^\d{1,9}(\.\d{1,5})?$/.test(text)) return text;
    const [whole, rest = ""] = text.split(".");
    return `${whole.replace(/^0+(?=\d)/, "")}.${rest.replace(/0+$/, "").padEnd(2, "0")}`;
  };
  const valued = (armed, name) => {
    const method = one("select[name=method]", armed);
    if (!method) return "";
    const [text, told, comma, colon] = name === "text" ? ["text", "told", "，", "："] : ["", "meaning", ", ", ": "];
    const prices = all("input[data-gnum]", armed).filter((field) => field.value.trim())
      .map((field) => field.dataset[told].replace("{line}", field.dataset.gnum).replace("{price}", () => priceText(field.value.trim()))).join(comma);
    const chosen = method.selectedOptions[0];
    return [(method.value && (text ? chosen.dataset.text : chosen.textContent.trim())) || "…", prices].filter(Boolean).join(colon);
  };
  // What the declarant will read, with the reason as it stands in the form.
  const preview = () => {
    const armed = panel();
    if (armed) field("input[name^=reason]", armed)?.setCustomValidity("");
    if (!armed) return;
    const needed = armed.closest("[data-needs-reason]");
    for (const shown of all("[data-reasoned]", armed)) {
      const name = shown.matches("q") ? "text" : "meaning";
      const value = valued(armed, name);
      const told = [reasonOf(armed, name) || (value && "…"), findings()].filter(Boolean).join("; ");
      const reason = [told, value].filter(Boolean).join(name === "text" ? "；" : "; ");
      shown.textContent = reason ? shown.dataset.reasoned.replace("…", () => reason) : needed ? shown.dataset.reasoned : shown.dataset.plain ?? shown.dataset.reasoned;
    }
  };
  // Lines of goods of which nothing is said yet: each says so itself, and the first is brought into sight.
  const unanswered = () => all("[data-unanswered]").filter((said) => !one("input[data-found]:checked", said.parentElement));
  const tellUnanswered = () => {
    const lacking = unanswered();
    all("[data-unanswered]").forEach((said) => { said.hidden = !lacking.includes(said); });
    if (!lacking.length) return false;
    putDown();
    one("input[data-found]", lacking[0].parentElement).focus({ preventScroll: true });
    lacking[0].scrollIntoView({ block: "center" });
    return true;
  };
  document.addEventListener("change", () => all("[data-unanswered]:not([hidden])").forEach((said) => { said.hidden = !unanswered().includes(said); }));
  document.addEventListener("input", preview);
  // What a reduction leaves, as it is typed; nothing left is said.
  document.addEventListener("input", ({ target }) => {
    const left = target.name === "amount" && one("[data-left]", target.form);
    if (!left) return;
    left.textContent = target.value || "…";
    one("[data-nothing-left]", target.form).hidden = !target.value || Number(target.value) !== 0;
  });
  document.addEventListener("change", preview);
  preview();

  const choose = (key) => {
    const radios = all("input[data-key]").filter((radio) => radio.dataset.key === key && !radio.disabled);
    if (!radios.length) return false;
    const radio = radios[(radios.findIndex((found) => found.checked) + 1) % radios.length];
    radio.checked = true;
    all(".acts > div > input").filter((other) => other !== radio && other.name !== radio.name).forEach((other) => { other.checked = false; });
    radio.focus({ focusVisible: true, preventScroll: Boolean(bar?.contains(radio)) });
    preview();
    return true;
  };
  const putDown = () => {
    const radio = chosenAct();
    if (!radio) return false;
    radio.checked = false;
    radio.blur();
    return true;
  };
  const prepared = (number) => {
    const armed = panel();
    const radio = armed && all(".reasons input", armed)[number - 1];
    if (!radio) return false;
    radio.checked = radio.type !== "checkbox" || !radio.checked;
    preview();
    return true;
  };
  const lacksReason = (armed) => {
    const needed = armed.closest("[data-needs-reason]");
    return needed && !reasonOf(armed) ? needed.dataset.needsReason : "";
  };
  const carryOut = () => {
    const armed = panel();
    const button = armed && field("button[name=act]", armed);
    if (!button || button.form.dataset.sent) return false;
    button.form.requestSubmit(button);
    return true;
  };

  // The same result for every line of goods.
  const fillIn = (button) => all(`.goods input[value=${button.dataset.all}]`).forEach((choice) => { choice.checked = true; choice.dispatchEvent(new Event("change", { bubbles: true })); });
  all("[data-all]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => fillIn(button)); });
  const press = (key) => {
    const found = all("[data-press]").find((button) => button.dataset.press === key && inView(button));
    if (!found) return false;
    if (found.form && !found.dataset.all) { if (!found.form.dataset.sent) found.form.requestSubmit(found); } else found.click();
    return true;
  };

  // Ticked rows: how many, their sums, and only the acts that each of them allows.
  const ticks = all(".rows [name=case]");
  const money = (scaled) => (scaled / 100000).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  // An act that not every ticked row allows is greyed, and says for each that stands in its way why it does; that cases of other
  // kinds are decided apart is said once.
  const NAMED = 3, TOLD = 3;
  const whys = all("[data-whys] li").map((why) => why.textContent);
  const tellInTheWay = (said, radio, lacking) => {
    const rows = new Map();
    lacking.forEach(({ tick, acts }) => {
      const place = acts.find((act) => act.startsWith(`${radio.value}=`))?.split("=")[1];
      if (place) rows.set(whys[place], [...rows.get(whys[place]) || [], one(".no", tick.closest("[data-row]")).textContent.trim()]);
    });
    const lines = [...rows].map(([why, names]) =>
      `${names.slice(0, NAMED).join(", ")}${names.length > NAMED ? ` +${names.length - NAMED}` : ""}: ${why}`);
    said.hidden = !lines.length;
    const act = radio.labels[0].lastChild.textContent.trim();
    said.textContent = [`${act}: ${said.dataset.inTheWay}`, ...lines.slice(0, TOLD), ...(lines.length > TOLD ? ["…"] : [])].join("\n");
    lacking.forEach(({ tick, acts }) => tellOnRow(tick, act, acts, radio.value));
  };
  // The same beneath the row, as many as are ticked; not for the acts of other kinds of cases.
  const tellOnRow = (tick, act, acts, value) => {
    const why = whys[acts.find((name) => name.startsWith(`${value}=`))?.split("=")[1]];
    if (!why) return;
    const line = document.createElement("p");
    line.className = "why-off row-why";
    line.textContent = `${act}: ${why}`;
    one(".foot", tick.closest("[data-row]")).after(line);
  };
  const tallied = () => {
    const chosen = ticks.filter((tick) => tick.checked);
    const sets = one("[data-sets]")?.dataset.sets.split("|") || [];
    const allowed = chosen.map((tick) => sets[tick.dataset.acts].split(" "));
    if (!ticks.length || !one("[data-count]")) return;
    one("[data-count]").textContent = chosen.length ? chosen.length : "";
    const sums = one("[data-sums]");
    const sum = (words, name, these) => {
      const total = these.reduce((before, tick) => before + Number(tick.dataset[name] || 0), 0);
      return total ? words.replace("{sum}", money(total)) : "";
    };
    const of = (flow) => chosen.filter((tick) => (tick.dataset.flow || "") === flow);
    const said = sums.dataset;
    if (chosen.length) {
      sums.textContent = said.words + sum(said.in, "value", of("I")) + sum(said.tax, "tax", of("I"))
        + sum(said.out, "value", of("E")) + sum(said.every, "value", of(""))
        + (new Set(chosen.map((tick) => tick.value.split("~")[0])).size > 1 ? said.mixed : "");
    }
    all(".row-why").forEach((line) => line.remove());
    all(".bulk .acts > div > input").forEach((radio) => {
      const lacking = chosen.map((tick, place) => ({ tick, acts: allowed[place] })).filter(({ acts }) => !acts.includes(radio.value));
      const ofKind = chosen.some((tick) => tick.value.split("~")[0] === radio.value.split(".")[0]);
      radio.disabled = !chosen.length || lacking.length > 0;
      if (radio.disabled) radio.checked = false;
      radio.parentElement.hidden = !ofKind;
      tellInTheWay(one("[data-in-the-way]", radio.parentElement), radio, ofKind ? lacking : []);
    });
  };
  ticks.forEach((tick) => tick.addEventListener("change", tallied));
  tallied();

  const keysHelp = document.getElementById("keys");
  const help = () => { if (keysHelp.open) keysHelp.close(); else { keysHelp.showModal(); keysHelp.scrollTop = 0; } };
  all("[data-help]").forEach((opener) => opener.addEventListener("click", (event) => { event.preventDefault(); help(); }));
  const letters = document.getElementById("letters");
  if (letters) {
    letters.checked = localStorage.getItem("letters") !== "off";
    letters.addEventListener("change", () => localStorage.setItem("letters", letters.checked ? "on" : "off"));
  }

  // A key of the help that does nothing here says so, with what it does elsewhere, until the next key: nobody waits for what will not
  // come. Who means to hold a case back is led to the key that puts it off.
  const nothing = document.getElementById("nothing-here");
  const meaning = (key) => all("li", keysHelp).find((line) => one("kbd", line).textContent === key)?.lastChild.textContent.trim();
  const tellNothing = (key) => {
    if (!nothing || !nothing.dataset.keys.split(" ").includes(key)) return;
    const told = nothing.dataset.words.replace("{key}", key).replace("{meaning}", () => meaning(key));
    nothing.textContent = key === "z" ? nothing.dataset.undo : told + (key === "h" && one("[data-focus=s]") ? nothing.dataset.putOff : "");
    nothing.hidden = false;
  };
  const focusOn = (key) => {
    const field = one(`[data-focus=${key}]`);
    if (!field) return false;
    field.focus();
    field.scrollIntoView({ block: "center" });
    return true;
  };

  const place = one(".rail .places [aria-current]");
  if (place && inView(place)) place.closest(".places").scrollTop = Math.max(0, place.offsetTop - place.closest(".places").clientHeight / 2);

  let goes = -Infinity;
  const goTo = (key) => { const place = one(`[data-go=${key}]`); if (place) place.click(); return Boolean(place); };
  const moves = {
    j: () => go(1), k: () => go(-1), ArrowDown: () => go(1), ArrowUp: () => go(-1), "]": () => section(1), "[": () => section(-1),
    x: () => { if (at >= 0) one("[name=case]", rows[at])?.click(); },
    q: () => one("[data-queue]")?.click(),
    "/": () => (one("[data-search]") || document.getElementById("number")).focus(),
    0: () => { const armed = panel(); (armed ? field("input[name^=reason]", armed) : null)?.focus(); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = event.key;
    if (nothing) nothing.hidden = true;
    const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
    if (key === "Escape") {
      if (typing) typing.blur();
      else if (putDown()) event.preventDefault();
      return;
    }
    // The first key in an empty field of reasons still chooses: it names the field, or a prepared reason.
    if (typing && typing.matches(":is(.armed, .shared) input[name^=reason]") && !typing.value && /^[0-9]$/.test(key)) {
      if (key === "0" || prepared(Number(key))) event.preventDefault();
      return;
    }
    // in the form of the chosen act, and in no other: a browser would press that form's first button
    if (key === "Enter" && typing?.matches("input") && chosenAct() && field("button[name=act]", panel())?.form === typing.form) {
      event.preventDefault();
      if (!event.repeat) carryOut();
      return;
    }
    if (typing || (keysHelp && keysHelp.open && key !== "?")) return;
    const again = event.repeat || held.has(event.code);
    held.add(event.code);
    if (again && !["j", "k", "ArrowDown", "ArrowUp"].includes(key)) { event.preventDefault(); return; }
    if (event.target.type === "radio" && key.startsWith("Arrow")) return;
    if (key.startsWith("Arrow") && !(rows.includes(event.target.closest("[data-row]")))) return;
    if (key === "Enter") {
      if (event.target.closest("a, button, summary")) return;
      event.preventDefault(); // a box would press the first button of its form, whichever act that is
      if (chosenAct()) carryOut();
      return;
    }
    if (letters && !letters.checked && /^[a-z.]$/.test(key)) return;
    let done = true;
    if (event.timeStamp - goes < 1500 && /^[a-z]$/.test(key)) { goes = -Infinity; done = goTo(key); }
    else if (key === "g") goes = event.timeStamp;
    else if (key === "?") help();
    else if (moves[key]) moves[key]();
    else if (/^[1-9]$/.test(key)) done = prepared(Number(key));
    else done = choose(key) || press(key) || (/^[a-z]$/.test(key) && focusOn(key));
    if (done) event.preventDefault();
    else if (/^[a-z]$/.test(key)) tellNothing(key);
  });

  // What is typed in a form with `data-draft` stays through a reload and a lost session, in this tab alone.
  for (const form of all("form[data-draft]")) {
    const name = `draft ${form.dataset.draft}`;
    const fields = () => Array.from(form.elements).filter((field) => field.matches("input, textarea, select")
      && !["hidden", "file"].includes(field.type) && !/^(armed|then)/.test(field.name));
    const isBox = (field) => ["radio", "checkbox"].includes(field.type);
    const known = (field) => `${field.name}${isBox(field) ? ` ${field.value}` : ""}`;
    const kept = JSON.parse(sessionStorage.getItem(name) || "{}");
    if (!("filled" in form.dataset)) {
      for (const field of fields().filter((each) => known(each) in kept)) {
        if (isBox(field)) field.checked = kept[known(field)];
        else field.value = kept[known(field)];
      }
      preview();
    }
    const keep = () => sessionStorage.setItem(name, JSON.stringify(Object.fromEntries(
      fields().map((field) => [known(field), isBox(field) ? field.checked : field.value]))));
    for (const told of ["input", "change"]) document.addEventListener(told, ({ target }) => { if (target.form === form) keep(); });
  }

  // A file that is too large is told at its field, before it is sent.
  const tellTooLarge = (field) => {
    const large = Array.from(field.files).find((file) => file.size > Number(field.dataset.maxBytes));
    const id = `${field.id}-too-large`;
    document.getElementById(id)?.remove();
    field.setCustomValidity(large ? field.dataset.tooLarge.replace("{file}", () => large.name) : "");
    field.dataset.described ??= field.getAttribute("aria-describedby") || "";
    field.setAttribute("aria-describedby", `${large ? id : ""} ${field.dataset.described}`.trim());
    if (!large) return;
    const told = Object.assign(document.createElement("p"), { id, className: "chip bad", textContent: field.validationMessage });
    told.setAttribute("role", "alert");
    field.after(told);
  };
  all("[data-max-bytes]").forEach((field) => field.addEventListener("change", () => tellTooLarge(field)));

  // A double click is one decision, and its second click none on the page that follows.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    const armed = event.submitter?.name === "act" && (event.submitter.closest(".shared") ? panel() : event.submitter.closest(".armed"));
    const lacking = armed ? lacksReason(armed) : "";
    if (lacking) {
      event.preventDefault();
      const typed = field("input[name^=reason]", armed);
      typed.setCustomValidity(lacking);
      typed.reportValidity();
      return;
    }
    if (decides(event.submitter) && event.target.id === "inspected" && event.submitter.value !== "ask" && tellUnanswered()) {
      event.preventDefault();
      return;
    }
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

  // How long a decision can still be taken back.
  for (const undo of all(".toast-undo[data-undo-until]")) {
    const left = one("[data-seconds-left]", undo);
    const ends = performance.timeOrigin + performance.now() + 1000 * Number(left.textContent);
    const ticking = setInterval(() => {
      const seconds = Math.ceil((ends - performance.timeOrigin - performance.now()) / 1000);
      left.textContent = Math.max(0, seconds);
      if (seconds <= 0) { clearInterval(ticking); undo.hidden = true; }
    }, 250);
  }

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
