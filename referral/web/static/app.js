// What pages do beyond HTML. Everything here is a comfort: each page works without it.
(function () {
  "use strict";

  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // -- htmx: the CSRF token, whole pages that arrive where a part was asked for, and focus --------------------------

  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["X-CSRFToken"] = $("meta[name=csrf-token]").content;
  });

  // An error page or the sign-in page answers with a whole document: it replaces the main part, not a table cell.
  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.select || !/^\s*<!doctype html/i.test(ctx.text || "")) return;
    Object.assign(ctx.hx, { retarget: "#main", reselect: "#main", reswap: "outerHTML" });
  });

  document.addEventListener("htmx:error", () => announce("We could not reach the server. Check the connection and try again."));

  document.addEventListener("htmx:after:swap", () => focusMarked());

  function focusMarked() {
    const marked = $("[data-focus]");
    if (!marked) return;
    marked.removeAttribute("data-focus");
    marked.focus();
    marked.scrollIntoView({ block: "nearest" });
  }

  // An address that names a closed form opens it, and the hands go on in its first field.
  function openNamed() {
    const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    const closed = place.closest("details");
    if (closed) closed.open = true;
    const inside = place.matches("details, section") && $("input:not([type=hidden]), select, textarea", place);
    const target = inside || (place.matches("input, select, textarea, fieldset") && place);
    if (target) target.focus({ preventScroll: true });
    place.scrollIntoView({ block: "start" });
  }

  // What has to be put right is never folded away.
  function openProblems() {
    all("details:not([open])").forEach((folded) => (folded.open = Boolean($(".field--error", folded))));
  }

  // On a phone a bar of tabs is wider than the screen: the page that is open stays in sight.
  function showCurrentTab() {
    all(".mainnav [aria-current], .tabs [aria-current]").forEach((tab) => {
      const bar = tab.closest("ul");
      bar.scrollLeft = tab.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
    });
  }

  function announce(words) {
    const place = $("#announcer");
    if (place) place.textContent = words;
  }

  // -- Quick exit: the link, or Shift three times within a second and a half -----------------------------------------

  let shifts = [];

  function leave(link) {
    document.documentElement.hidden = true;
    document.body.replaceChildren();
    document.title = " ";
    window.location.replace(link.href);
  }

  function countShifts(event) {
    const link = $("[data-quick-exit]");
    if (!link || event.key !== "Shift" || event.repeat) {
      if (event.key !== "Shift") shifts = [];
      return;
    }
    shifts = shifts.filter((moment) => event.timeStamp - moment < 1500).concat(event.timeStamp);
    if (shifts.length === 3) leave(link);
  }

  // -- Shortcuts: a control names its key with data-key; digits choose an answer under data-digits -------------------

  const isOff = () => localStorage.getItem("shortcuts") === "off";
  const isTyping = (target) =>
    target.isContentEditable || target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button])");

  function pressKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || $("dialog[open]") || isOff()) return;
    if (event.key === "?") return openHelp();
    const control = pick(event.key) || $(`[data-key="${CSS.escape(event.key)}"]`);
    if (!control) return;
    event.preventDefault();
    if (control.matches("input:not([type=radio], [type=checkbox]), textarea, select")) control.focus();
    else control.click();
  }

  function pick(key) {
    if (!/^[1-9]$/.test(key)) return null;
    const group = document.activeElement.closest("[data-digits]") || $("[data-digits]");
    const input = group && all("input", group)[Number(key) - 1];
    if (input) input.focus();
    return input;
  }

  function openHelp() {
    const dialog = $("#keyboard-help");
    if (!dialog) return;
    const rows = all("[data-key]").map((control) => [control.dataset.key, control.dataset.keyWords || labelOf(control)]);
    if ($("[data-digits]")) rows.push(["1 – 9", "Choose an answer"]);
    if ($("[data-quick-exit]")) rows.push(["Shift ×3", "Leave this page now"]);
    rows.push(["?", "This list"]);
    $("[data-shortcut-list]", dialog).replaceChildren(...rows.map(shortcutRow));
    $("[data-shortcut-switch]", dialog).checked = !isOff();
    dialog.showModal();
  }

  const labelOf = (control) => (control.labels && control.labels[0] ? control.labels[0] : control).textContent.trim();

  function shortcutRow([key, words]) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const cap = document.createElement("kbd");
    const text = document.createElement("dd");
    cap.textContent = key;
    text.textContent = words;
    term.append(cap);
    row.append(term, text);
    return row;
  }

  // -- Forms: nothing typed is lost by leaving, nothing is sent twice ------------------------------------------------

  let isDirty = false;

  function onSubmit(event) {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    isDirty = false;
    if (form.method === "post" && !form.matches("[hx-post]")) form.dataset.sent = "yes";
  }

  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });

  // A page that comes back from the browser's memory may send its forms again.
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) isDirty = true;
  });

  document.addEventListener("change", (event) => {
    const target = event.target;
    if (target.matches("[data-check-all]")) {
      all(`input[type=checkbox][name="${CSS.escape(target.dataset.checkAll)}"]`).forEach((box) => (box.checked = target.checked));
    }
    if (target.matches("[data-shortcut-switch]")) localStorage.setItem("shortcuts", target.checked ? "on" : "off");
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-quick-exit], [data-open], [data-print]");
    all("details.menu[open]").forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
    if (!target) return;
    if (target.matches("[data-quick-exit]")) {
      event.preventDefault();
      leave(target);
    } else if (target.matches("[data-print]")) window.print();
    else openHelp();
  });

  document.addEventListener("keydown", (event) => {
    countShifts(event);
    if (event.key === "Escape") all("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
    pressKey(event);
  });
  document.addEventListener("submit", onSubmit);

  all("[data-open], [data-print]").forEach((button) => (button.hidden = false));
  focusMarked();
  openProblems();
  showCurrentTab();
  window.addEventListener("load", () => setTimeout(openNamed)); // after the browser's own jump, which takes the focus away
  window.addEventListener("hashchange", openNamed);
})();
