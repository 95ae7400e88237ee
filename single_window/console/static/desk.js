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
  // `own`: the question that fits one of several cases, if each is to have its own.
  const questionOf = (form, name, own = one("[data-own] input:checked", form) ? "…" : "") => {
    const ticked = all(".questions li:not([data-own])", form).filter((item) => one("input", item).checked);
    const asked = [own, ...ticked.map((item) => (name === "text" ? one("textarea", item).value : itemWords(item))),
      field("input[name^=reason]", form).value].map((text) => text.trim().replace(/[。；; ]+$/, "")).filter(Boolean);
    if (!asked.length) return "";
    if (name !== "text") return asked.join("; ");
    const names = fields("input[name^=returns]:checked", form).map((box) => box.dataset.text).join("、");
    const parts = {
      asked: (asked.length > 1 ? asked.map((text, place) => `${place + 1}. ${text}`) : asked).join("；"),
      back: names ? field(".terms", form).dataset.back.replace("{names}", () => names) : "",
      due: field("input[name^=due]", form).value.trim(),
      ends: field("input[name^=silence]:checked", form).dataset.text,
    };
    return field(".terms", form).dataset.words.replace(/\{(\w+)\}/g, (_, part) => parts[part]);
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
    return [(method.value && (text ? chosen.dataset.text : chosen.textContent.replace(/^\s*\d /, ""))) || "…", prices].filter(Boolean).join(colon);
  };
  // What is refused is said at its field, which is not gone into: letters stay keys until the officer goes there himself.
  const saidAt = (field) => document.getElementById(`${field.id}-refused`);
  const unsay = (field) => {
    saidAt(field)?.remove();
    if ("described" in field.dataset) field.setAttribute("aria-describedby", field.dataset.described);
  };
  const sayAt = (field, words) => {
    unsay(field);
    field.id ||= `field-${all("input, textarea, select").indexOf(field)}`;
    const told = Object.assign(document.createElement("p"), { id: `${field.id}-refused`, className: "chip bad", textContent: words });
    told.setAttribute("role", "alert");
    field.dataset.described ??= field.getAttribute("aria-describedby") || "";
    field.setAttribute("aria-describedby", `${told.id} ${field.dataset.described}`.trim());
    field.after(told);
    told.scrollIntoView({ block: "nearest" });
  };
  // A field that is not filled in as it should be says so itself, in the language of the page: a browser speaks its own.
  const lacksIn = ({ validity, validationMessage, title }) => validity.customError ? validationMessage
    : validity.valueMissing ? document.body.dataset.missing : title || validationMessage;
  document.addEventListener("invalid", (event) => {
    const field = event.target;
    event.preventDefault();
    sayAt(field, lacksIn(field));
    const first = Array.from(field.form.elements).find((other) => other.matches(":is(input, select, textarea):invalid"));
    if (field === first) field.focus(); // as a browser would
  }, true);
  document.addEventListener("input", ({ target }) => { if (target.id && saidAt(target)) unsay(target); });
  // What the declarant reads without a reason, or with one, is said once where it stands in the page like this.
  for (const name of ["reasoned", "plain"]) all(`[data-${name}=""]`).forEach((shown) => { shown.dataset[name] = shown.textContent; });
  // What the declarant will read, with the reason as it stands in the form.
  const preview = () => {
    const armed = panel();
    if (!armed) return;
    if (field("input[name^=reason]", armed) && reasonOf(armed)) unsay(field("input[name^=reason]", armed));
    const needed = armed.closest("[data-needs-reason]");
    const own = ownReasons(armed);
    tellOwnReasons(armed, own);
    for (const shown of all("[data-reasoned]", armed)) {
      const name = shown.matches("q") ? "text" : "meaning";
      const value = valued(armed, name);
      if (own) { shown.textContent = readsOfMany(shown, own, name); continue; }
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
  // How many lines something is said of already stands in the bar, which is always in sight.
  const tellAnswered = () => {
    const [shown, count] = [one("[data-answered]"), all("[data-unanswered]").length];
    if (shown) shown.textContent = shown.dataset.answered.replace("{done}", count - unanswered().length).replace("{count}", count);
  };
  document.addEventListener("change", () => {
    all("[data-unanswered]:not([hidden])").forEach((said) => { said.hidden = !unanswered().includes(said); });
    tellAnswered();
  });
  tellAnswered();
  document.addEventListener("input", preview);
  // What a reduction leaves, as it is typed; nothing left is said.
  document.addEventListener("input", ({ target }) => {
    const left = target.name === "amount" && one("[data-left]", target.form);
    if (!left) return;
    left.textContent = target.value || "…";
    one("[data-nothing-left]", target.form).hidden = !target.value || Number(target.value) !== 0;
  });
  document.addEventListener("change", preview);

  const choose = (key) => {
    const radios = all("input[data-key]").filter((radio) => radio.dataset.key === key && !radio.disabled);
    if (!radios.length) return false;
    return arm(radios[(radios.findIndex((found) => found.checked) + 1) % radios.length]);
  };
  const arm = (radio) => {
    radio.checked = true;
    all(".acts > div > input").filter((other) => other !== radio && other.name !== radio.name).forEach((other) => { other.checked = false; });
    radio.focus({ focusVisible: true, preventScroll: Boolean(bar?.contains(radio)) });
    toQuestion();
    preview();
    tellGroups();
    return true;
  };
  // What an act must be told of its goods is answered next, by Space or an arrow key.
  const toQuestion = () => {
    const questions = all("input[type=radio]:required", panel() || document.createElement("div"));
    const open = questions.find((radio) => !questions.some((other) => other.name === radio.name && other.checked));
    open?.focus({ focusVisible: true });
  };
  const putDown = () => {
    const radio = chosenAct();
    if (!radio) return false;
    radio.checked = false;
    radio.blur();
    tellGroups();
    return true;
  };
  const prepared = (number) => {
    const armed = panel();
    const method = armed && one("select[name=method]", armed);
    const methods = method ? method.options.length - 1 : 0;
    const asked = armed && all("fieldset.plainset:has(> legend):has(input[type=radio]:required)", armed).find((each) => !one("input:checked", each));
    const answer = asked && all("input[type=radio]", asked)[number - 1];
    if (answer) {
      answer.checked = true;
      toQuestion();
      preview();
      return true;
    }
    const radio = armed && all(".reasons input", armed).filter((input) => !input.closest("li").hidden)[number - 1];
    if (number <= methods) method.selectedIndex = number;
    else if (radio) radio.checked = radio.type !== "checkbox" || !radio.checked;
    else return false;
    preview();
    tellGroups();
    return true;
  };
  const lacksReason = (armed) => {
    const needed = armed.closest("[data-needs-reason]");
    return needed && !reasonOf(armed) ? document.body.dataset.needed : "";
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

  // Ticked rows: how many, their sums, and the acts that any of them allows; the others are kept out of it, and named.
  const ticks = all(".rows [name=case]");
  const money = (fen) => (fen / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  // The acts of a ticked row: each is possible, possible with a second officer (`+`), or not (`=` and the place of why not).
  const NAMED = 3, TOLD = 3;
  const whys = all("[data-whys] li").map((why) => why.textContent);
  const sets = one("[data-sets]")?.dataset.sets.split("|") || [];
  const groups = one("[data-groups]");
  const caseOf = (tick) => { const [set, value, tax, flow] = tick.dataset.of.split(" "); return { acts: sets[set].split(" "), value, tax, flow: flow || "" }; };
  const fitting = one("[data-fitting]")?.dataset.fitting.split("|").map((set) => set.split(" ")) || [];
  const fitsOf = (tick) => fitting[tick.dataset.fits || 0];
  const kindOf = (value, mark) => value.split(mark)[0];
  const chosenRows = () => ticks.filter((tick) => tick.checked).map((tick) => ({ tick, ...caseOf(tick) }));
  const numberOf = ({ tick }) => one(".no", tick.closest("[data-row]")).textContent.trim();
  const namesOf = (these) => {
    const names = these.map(numberOf);
    return `${names.slice(0, NAMED).join(", ")}${names.length > NAMED ? ` +${names.length - NAMED}` : ""}`;
  };
  const whyNot = ({ acts }, value) => whys[acts.find((act) => act.startsWith(`${value}=`))?.split("=")[1]];
  // Rows that stand in the way of an act, by why they do; that cases of other kinds are decided apart is said once.
  const byWhy = (lacking, value) => {
    const found = new Map();
    lacking.forEach((row) => { const why = whyNot(row, value); if (why) found.set(why, [...found.get(why) || [], row]); });
    return [...found];
  };
  const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const actName = (radio) => radio.labels[0].lastChild.textContent.trim();
  const tellInTheWay = (radio, lacking, some) => {
    const said = one(".why-off", radio.parentElement)
      || radio.parentElement.appendChild(Object.assign(document.createElement("p"), { className: "why-off" }));
    const lines = byWhy(lacking, radio.value).map(([why, these]) => `${namesOf(these)}: ${why}`);
    said.hidden = !lines.length;
    said.textContent = [`${actName(radio)}: ${some ? groups.dataset.some : groups.dataset.way}`, ...lines.slice(0, TOLD), ...(lines.length > TOLD ? ["…"] : [])].join("\n");
    lacking.forEach((row) => tellOnRow(row, radio));
  };
  // The same beneath the row, as many as are ticked; not for the acts of other kinds of cases.
  const tellOnRow = (row, radio) => {
    const why = whyNot(row, radio.value);
    if (!why) return;
    const told = all(".row-why", row.tick.closest("[data-row]")).find((line) => line.dataset.why === why);
    if (told) { told.textContent = `${told.textContent.slice(0, -why.length - 2)}, ${actName(radio)}: ${why}`; return; }
    const line = document.createElement("p");
    line.className = "why-off row-why";
    line.dataset.why = why;
    line.textContent = `${actName(radio)}: ${why}`;
    one(".foot", row.tick.closest("[data-row]")).after(line);
  };
  // The prepared reasons of an act as the ticked rows want them: those first that fit why most of them wait. Where they wait for
  // different things, the first is that each has its own.
  const allows = ({ acts }, value) => acts.includes(value) || acts.includes(`${value}+`);
  const orderReasons = (radio, chosen) => {
    const list = one(".reasons", radio.parentElement);
    const own = list && one("[data-own]", list);
    if (!own) return;
    const rows = chosen.filter((row) => allows(row, radio.value));
    const fits = (item) => rows.filter(({ tick }) => fitsOf(tick).includes(`${kindOf(radio.value, ".")}.${one("input", item).value}`)).length;
    if (list.matches(".questions")) {
      own.hidden = !fits(own);
      if (own.hidden) one("input", own).checked = false;
      numberItems(list);
      return;
    }
    const items = all("li", list).filter((item) => item !== own).map((item) => ({ item, count: fits(item), place: Number(item.dataset.place ??= all("li", list).indexOf(item)) }));
    items.sort((a, b) => b.count - a.count || a.place - b.place);
    own.hidden = !items[0]?.count || items[0].count === rows.length;
    if (own.hidden) one("input", own).checked = false;
    items.filter(({ item }) => "only" in item.dataset).forEach(({ item, count }) => {
      item.hidden = !count || count < rows.length;
      if (item.hidden) one("input", item).checked = false;
    });
    list.replaceChildren(...items.map(({ item }) => item));
    if (own.hidden) list.append(own); else list.prepend(own);
    items.forEach(({ item, count }) => { one("label", item).dataset.of = count && count < rows.length ? `${count}/${rows.length}` : ""; });
    numberItems(list);
  };
  const numberItems = (list) => all("li:not([hidden])", list).forEach((item, place) => {
    const key = one("kbd", item) || one("label", item).insertBefore(document.createElement("kbd"), one("label", item).lastChild);
    key.textContent = place < 9 ? place + 1 : "";
    key.hidden = place > 8;
  });
  // The questions that fit what ticked rows wait for come from the server once they are wanted; until then `…` stands for them.
  const ownAsked = new Map();
  const waitFor = { text: "…", meaning: "…" };
  const askOwn = async (these) => {
    const wanted = these.filter(({ value }) => !ownAsked.has(value));
    if (!wanted.length) return;
    wanted.forEach(({ value }) => ownAsked.set(value, waitFor));
    const address = new URL(groups.dataset.questions, location.href);
    wanted.forEach(({ value }) => address.searchParams.append("case", value));
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    const found = answer?.ok ? await answer.json() : {};
    wanted.forEach(({ value }) => ownAsked.set(value, found[value] || waitFor));
    preview();
    tellGroups();
  };
  // The reason of each ticked row, if each has its own: the prepared one that fits it, and what is typed.
  const ownReasons = (armed) => {
    const radio = one("[data-own] input:checked", armed);
    if (!radio) return null;
    const value = one("input", armed.parentElement).value;
    const typed = field("input[name^=reason]", armed).value.trim();
    const needed = armed.closest("[data-needs-reason]");
    const asks = one(".question", armed);
    const these = chosenRows().filter((row) => allows(row, value));
    const isFitting = ({ tick }) => fitsOf(tick).includes(`${kindOf(value, ".")}.${radio.value}`);
    if (asks) askOwn(these.filter(isFitting).map(({ tick }) => tick));
    if (asks) return these.map((row) => {
      const own = (name) => questionOf(armed, name, isFitting(row) ? ownAsked.get(row.tick.value)[name] : "");
      return { ...row, text: own("text"), meaning: own("meaning"), lacks: !own("text") };
    });
    return these.map((row) => {
      const fits = all(".reasons input", armed).find((input) => fitsOf(row.tick).includes(`${kindOf(value, ".")}.${input.value}`));
      const reason = (name) => [fits && preparedWords(fits, name), typed].filter(Boolean).join("; ");
      return { ...row, text: reason("text"), meaning: reason("meaning"), lacks: Boolean(needed) && !reason("text") };
    });
  };
  const readAs = (shown, reason) => (reason ? shown.dataset.reasoned.replace("…", () => reason) : shown.dataset.plain ?? shown.dataset.reasoned);
  const readsOfMany = (shown, own, name) => {
    const counted = new Map();
    const told = (row) => (one(".question", panel()) ? "…" : row[name]); // a question is long, and stands beneath its row
    own.filter((row) => !row.lacks).forEach((row) => counted.set(told(row), (counted.get(told(row)) || 0) + 1));
    return [...counted].map(([reason, count]) => `${count} × ${readAs(shown, reason)}`).join("\n");
  };
  // Beneath each row what its own declarant will read.
  const tellOwnReasons = (armed, own) => {
    all(".row-reads").forEach((line) => line.remove());
    const shown = one("q[data-reasoned]", armed);
    (shown && own || []).filter((row) => !row.lacks).forEach((row) => {
      const line = Object.assign(document.createElement("p"), { className: "row-reads", textContent: groups.dataset.reads });
      line.append(Object.assign(document.createElement("q"), { lang: "zh-CN", textContent: readAs(shown, row.text) }));
      one(".foot", row.tick.closest("[data-row]")).after(line);
    });
  };
  // What becomes of the ticked rows by the chosen act: so many are decided, proposed, or kept out.
  const tellGroups = () => {
    const radio = groups && chosenAct();
    if (!groups) return;
    groups.replaceChildren();
    groups.hidden = true;
    if (!radio) return;
    const lacking = new Set((ownReasons(panel()) || []).filter((row) => row.lacks).map((row) => row.tick));
    const rows = chosenRows(), fit = rows.filter(({ tick }) => !lacking.has(tick));
    const tell = (words, these, values) => { if (these.length) groups.append(Object.assign(document.createElement("li"), { textContent: filled(words, { count: these.length, names: namesOf(these), ...values }) })); };
    const plain = fit.filter(({ acts }) => acts.includes(radio.value));
    groups.hidden = plain.length === rows.length;
    tell(groups.dataset.done, plain);
    tell(groups.dataset.eyes, fit.filter(({ acts }) => acts.includes(`${radio.value}+`)));
    tell(groups.dataset.kept, rows.filter(({ tick }) => lacking.has(tick)), { why: one(".question", panel()) ? groups.dataset.unasked : groups.dataset.unfitting });
    byWhy(rows, radio.value).forEach(([why, these]) => tell(groups.dataset.kept, these, { why }));
  };
  const tallied = () => {
    const chosen = chosenRows();
    if (!ticks.length || !one("[data-count]")) return;
    one("[data-count]").textContent = chosen.length ? chosen.length : "";
    const sums = one("[data-sums]");
    const sum = (words, name, these) => {
      const total = these.reduce((before, row) => before + Number(row[name] || 0), 0);
      return total ? words.replace("{sum}", money(total)) : "";
    };
    const of = (flow) => chosen.filter((row) => row.flow === flow);
    const said = sums.dataset;
    const kinds = new Set(chosen.map(({ tick }) => kindOf(tick.value, "~")));
    if (chosen.length) {
      sums.textContent = said.words + sum(said.in, "value", of("I")) + sum(said.tax, "tax", of("I"))
        + sum(said.out, "value", of("E")) + sum(said.every, "value", of("")) + (kinds.size > 1 ? said.mixed : "");
    }
    const flows = new Set(chosen.map((row) => row.flow));
    all("[data-of-flow]").forEach((reads) => { reads.hidden = !flows.has(reads.dataset.ofFlow); });
    all(".row-why").forEach((line) => line.remove());
    all(".bulk .acts > div > input").forEach((radio) => {
      const lacking = chosen.filter((row) => !allows(row, radio.value));
      const ofKind = kinds.has(kindOf(radio.value, "."));
      const some = chosen.length - lacking.length;
      radio.disabled = !some || kinds.size > 1;
      if (radio.disabled) radio.checked = false;
      radio.parentElement.hidden = !ofKind;
      radio.labels[0].dataset.of = !radio.disabled && lacking.length ? `${some}/${chosen.length}` : "";
      tellInTheWay(radio, ofKind && kinds.size === 1 ? lacking : [], some);
      orderReasons(radio, chosen);
    });
    preview();
    tellGroups();
  };
  const tickAll = () => {
    const every = ticks.every((tick) => tick.checked);
    ticks.forEach((tick) => { tick.checked = !every; });
    tallied();
  };
  all("[data-tick-all]").forEach((button) => { button.hidden = false; button.addEventListener("click", tickAll); });
  if (groups) for (const told of ["input", "change"]) document.addEventListener(told, tellGroups);
  ticks.forEach((tick) => tick.addEventListener("change", tallied));
  tallied();
  preview();

  const keysHelp = document.getElementById("keys");
  // The help of keys has those that do something on this page, acts by the names that they have here.
  const ROWS_KEYS = ["j", "x", "X"], HERE = ["Enter", "Esc", "/", "Ctrl K", "?", "[", "g", "1", "z"];
  const tellKeys = () => all("li", keysHelp).forEach((line) => {
    const key = one("kbd", line).textContent;
    const acts = all(".acts > div > input[data-key]").filter((radio) => radio.dataset.key === key).map((radio) => nameOf(radio.labels[0]));
    if (acts.length && key !== ".") line.lastChild.textContent = ` ${[...new Set(acts)].join(", ")}`;
    const works = acts.length || (ROWS_KEYS.includes(key) ? rows.length && (key === "j" || one("[data-row] [name=case]")) : HERE.includes(key));
    line.hidden = !works && !one(`[data-press="${key}"], [data-focus="${key}"]`) && !(key === "q" && one("[data-queue]"));
  });
  const help = () => { if (keysHelp.open) keysHelp.close(); else { tellKeys(); keysHelp.showModal(); keysHelp.scrollTop = 0; } };
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
    X: tickAll,
    x: () => { if (at >= 0) one("[name=case]", rows[at])?.click(); },
    q: () => one("[data-queue]")?.click(),
    "/": () => (one("[data-search]") || document.getElementById("number")).focus(),
    0: () => { const armed = panel(); (armed ? field("input[name^=reason]", armed) : null)?.focus(); },
  };

  // The menu of all that can be done here, by its name in either language: acts of the case (chosen, not carried out), cases of the
  // queue, pages, and the search for whatever was typed.
  const menu = document.getElementById("commands");
  const wanted = menu && one("input", menu), listed = menu && one("[role=listbox]", menu);
  const SHOWN = 12;
  const nameOf = (part) => { const copy = part.cloneNode(true); all("kbd, .n, .eyes", copy).forEach((beside) => beside.remove()); return copy.textContent.trim().replace(/\s+/g, " "); };
  // The names in the other language are those of this page in it, which is read once the menu is open: nobody else pays for them.
  const others = new Map();
  const readOthers = async () => {
    const there = one("a[hreflang]:not([aria-current])");
    if (!there || others.size) return;
    const answer = await fetch(there.href).catch(() => null);
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    all(".acts > div > input[id]", page).forEach((radio) => { const said = one(`label[for="${radio.id}"]`, page); if (said) others.set(radio.id, nameOf(said)); });
    all(".rail .places a", page).forEach((link) => others.set(placeOf(link), nameOf(link)));
    if (menu.open) offer(chosen);
  };
  const placeOf = (link) => { const url = new URL(link.getAttribute("href"), location.href); url.searchParams.delete("lang"); return `${url.pathname}?${url.searchParams}`; };
  const command = (part, named, run, key = "") => ({ name: nameOf(named), also: others.get(part.id || (part.href ? placeOf(part) : "")) || "", key, run });
  const commands = () => [
    ...all(".acts > div > input:not(:disabled)").filter((radio) => radio.labels.length && inView(radio.labels[0]))
      .map((radio) => command(radio, radio.labels[0], () => arm(radio), radio.dataset.key)),
    ...all("button[data-press]").filter(inView).map((button) => command(button, button, () => press(button.dataset.press), button.dataset.press)),
    ...all(".rail .places a").map((link) => command(link, link, () => link.click(), link.dataset.go ? `g ${link.dataset.go}` : "")),
    ...rows.map((row) => one("[data-open]", row)).filter(Boolean).map((link) => command(link, link, () => link.click())),
  ];
  const found = () => {
    const words = wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = commands().filter(({ name, also }) => words.every((word) => `${name} ${also}`.toLowerCase().includes(word)));
    const search = wanted.value.trim();
    const number = document.getElementById("number");
    const find = { name: listed.dataset.find.replace("{number}", () => search), key: "/", run: () => { number.value = search; number.form.requestSubmit(); } };
    return [...fits.slice(0, SHOWN), ...(search && number ? [find] : [])];
  };
  let offers = [], chosen = 0;
  const pointAt = (place) => {
    chosen = Math.max(0, Math.min(offers.length - 1, place));
    all("li", listed).forEach((line, at) => line.setAttribute("aria-selected", String(at === chosen)));
    wanted.setAttribute("aria-activedescendant", offers.length ? `command-${chosen}` : "");
    listed.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const offer = (place = 0) => {
    offers = found();
    listed.replaceChildren(...offers.map(({ name, also, key }, at) => {
      const line = Object.assign(document.createElement("li"), { id: `command-${at}`, textContent: name });
      line.setAttribute("role", "option");
      if (also && also !== name) line.append(Object.assign(document.createElement("small"), { className: "quiet", textContent: also }));
      if (key) line.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      line.addEventListener("click", () => run(at));
      return line;
    }));
    pointAt(place);
  };
  const run = (place) => { menu.close(); offers[place]?.run(); };
  const openMenu = () => { if (menu.open) { menu.close(); return; } keysHelp?.close(); wanted.value = ""; menu.showModal(); offer(); wanted.focus(); readOthers(); };
  if (menu) {
    wanted.addEventListener("input", () => offer());
    wanted.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) pointAt(chosen + step);
      else if (event.key === "Enter" && !event.isComposing) run(chosen);
      else return;
      held.add(event.code); // it carries out nothing of what it has chosen while it is down
      event.preventDefault();
      event.stopPropagation();
    });
    all("[data-commands]").forEach((opener) => { opener.hidden = false; opener.addEventListener("click", (event) => { event.preventDefault(); openMenu(); }); });
  }

  document.addEventListener("keydown", (event) => {
    if (menu && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!event.repeat) openMenu();
      return;
    }
    if (menu?.open) return;
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
    // A field of acts is left by Enter, and the next one carries out: nobody decides by what he types. A browser would press the
    // form's first button.
    if (key === "Enter" && typing?.matches("input") && Array.from(typing.form?.elements || []).some((button) => decides(button) && button.closest(".armed, .shared"))) {
      event.preventDefault();
      typing.blur();
      held.add(event.code);
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
    if (letters && !letters.checked && /^[a-zX.]$/.test(key)) return;
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

  // What stands in a form, by the names of its fields, and the same filled in again.
  const typedIn = (form) => Array.from(form.elements).filter((field) => field.matches("input, textarea, select")
    && !["hidden", "file"].includes(field.type) && !/^(armed|then)/.test(field.name));
  const isBox = (field) => ["radio", "checkbox"].includes(field.type);
  const known = (field) => `${field.name}${isBox(field) ? ` ${field.value}` : ""}`;
  const valuesOf = (form) => Object.fromEntries(typedIn(form).map((field) => [known(field), isBox(field) ? field.checked : field.value]));
  const fillAgain = (form, kept) => {
    for (const field of typedIn(form).filter((each) => known(each) in kept)) {
      if (isBox(field)) field.checked = kept[known(field)];
      else field.value = kept[known(field)];
    }
  };
  // What a tab has no room for is not kept.
  const store = (name, kept) => { try { sessionStorage.setItem(name, JSON.stringify(kept)); } catch { sessionStorage.removeItem(name); } };
  // What is typed in a form with `data-draft` stays through a reload and a lost session, in this tab alone.
  for (const form of all("form[data-draft]")) {
    const name = `draft ${form.dataset.draft}`;
    if (!("filled" in form.dataset)) {
      fillAgain(form, JSON.parse(sessionStorage.getItem(name) || "{}"));
      preview();
      tellAnswered();
    }
    const keep = () => store(name, valuesOf(form));
    for (const told of ["input", "change"]) document.addEventListener(told, ({ target }) => { if (target.form === form) keep(); });
  }
  // What a decision that is taken back was made of stands in its form again: reason, values and ticks; its letter chooses it anew, so
  // that a stray Enter sends nothing. This tab keeps what it sent last, by the numbers of the decisions that it became.
  const refill = (form, values) => {
    fillAgain(form, values);
    typedIn(form).forEach((field) => field.dispatchEvent(new Event("input", { bubbles: true })));
    tallied();
    tellAnswered();
  };
  const SENT = 20;
  const pathOf = (form) => new URL(form.getAttribute("action"), location.href).pathname;
  const offered = () => all(".toast-undo").map((undo) => all("[name=decision]", undo).map((field) => field.value));
  const keepSent = (form) => store("sending", { path: pathOf(form), act: chosenAct()?.id, values: valuesOf(form), before: offered().flat() });
  const sent = JSON.parse(sessionStorage.getItem("sent") || "[]");
  const sending = JSON.parse(sessionStorage.getItem("sending") || "null");
  sessionStorage.removeItem("sending");
  // What was ticked and chosen when the session had ended stands there again after signing in; nothing of it was done.
  const asksAgain = one("form.sign-in");
  if (sending && asksAgain) store("sending", { ...sending, unsent: true });
  const unsent = sending?.unsent && !asksAgain && all("form[method=post]").find((form) => pathOf(form) === sending.path);
  if (unsent) refill(unsent, sending.values);
  const became = sending && offered().find((numbers) => !numbers.some((number) => sending.before.includes(number)));
  if (became) store("sent", [...sent, { ...sending, became }].slice(-SENT));
  const back = one("[data-taken-back]")?.dataset.takenBack;
  const last = sent.find((each) => each.became?.includes(back));
  const formOf = (radio) => one("form", radio.parentElement) || radio.form;
  const again = last && all(".acts > div > input").filter((radio) => radio.id === last.act).map(formOf).find((form) => form && pathOf(form) === last.path);
  if (again) refill(again, last.values);

  // A file that is too large is told at its field, before it is sent.
  const tellTooLarge = (field) => {
    const large = Array.from(field.files).find((file) => file.size > Number(field.dataset.maxBytes));
    field.setCustomValidity(large ? field.dataset.tooLarge.replace("{file}", () => large.name) : "");
    if (large) sayAt(field, field.validationMessage); else unsay(field);
  };
  all("[data-max-bytes]").forEach((field) => field.addEventListener("change", () => tellTooLarge(field)));

  // A double click is one decision, and its second click none on the page that follows.
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("method") !== "post") return; // a field may be called method
    const armed = event.submitter?.name === "act" && (event.submitter.closest(".shared") ? panel() : event.submitter.closest(".armed"));
    const lacking = armed ? lacksReason(armed) : "";
    if (lacking) {
      event.preventDefault();
      sayAt(field("input[name^=reason]", armed), lacking);
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
    if (armed) keepSent(event.target);
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
