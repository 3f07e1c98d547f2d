/* Small helps over pages that work without them. Elements are found by data-qy-… only. */
(function () {
  "use strict";
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const typing = () => /^(input|textarea|select)$/i.test((document.activeElement || {}).tagName || "");

  /* keys: / find · g h home · g l ledger · j k rows · x choose · Enter open */
  let pending = "";
  let row = -1;
  const rows = () => $$(".qy-table tbody tr:not(.qy-band)");
  function move(step) {
    const all = rows();
    if (!all.length) return;
    if (all[row]) all[row].classList.remove("qy-cur");
    row = Math.max(0, Math.min(all.length - 1, row + step));
    all[row].classList.add("qy-cur");
    all[row].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing()) return;
    const key = event.key;
    if (pending === "g") {
      pending = "";
      if (key === "h") location.href = "/";
      if (key === "l") location.href = "/rectifications/";
      return;
    }
    if (key === "g") pending = "g";
    if (key === "/") {
      const find = document.querySelector("[data-qy-find]");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    }
    if (key === "j") move(1);
    if (key === "k") move(-1);
    const current = rows()[row];
    if (current && key === "x") { const box = current.querySelector("[data-qy-pick]"); if (box) box.click(); }
    if (current && key === "Enter" && document.activeElement === document.body) { const link = current.querySelector("a"); if (link) link.click(); }
  });

  /* chosen rows */
  function countPicked() {
    const n = $$("[data-qy-pick]:checked").length;
    $$("[data-qy-picked]").forEach((el) => { el.textContent = String(n); });
    $$("[data-qy-batch]").forEach((el) => { el.disabled = n === 0; });
    $$("[data-qy-pick]").forEach((el) => { const tr = el.closest("tr"); if (tr) tr.classList.toggle("qy-on", el.checked); });
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-qy-all]")) $$("[data-qy-pick]").forEach((el) => { el.checked = event.target.checked; });
    if (event.target.matches("[data-qy-all],[data-qy-pick]")) countPicked();
  });
  countPicked();

  /* how many characters */
  $$("[data-qy-most]").forEach((field) => {
    const most = Number(field.dataset.qyMost);
    const note = document.createElement("span");
    note.className = "form-text";
    note.setAttribute("aria-live", "polite");
    field.insertAdjacentElement("afterend", note);
    const write = () => { const n = field.value.length; note.textContent = n > most * 0.8 || n > 200 ? "已写 " + n + " 字，最多 " + most + " 字" : ""; };
    field.addEventListener("input", write);
    write();
  });

  /* a long select becomes searchable: type part of a name or its initials (option data-initials) */
  $$("select[data-qy-combo]").forEach((select, i) => {
    if (select.multiple || select.options.length < 12) return;
    const list = document.createElement("datalist");
    list.id = "combo-" + i;
    const named = {};
    Array.from(select.options).forEach((option) => {
      if (!option.value) return;
      const item = document.createElement("option");
      item.value = option.text;
      if (option.dataset.initials) item.label = option.dataset.initials;
      named[option.text] = option.value;
      list.appendChild(item);
    });
    const input = document.createElement("input");
    input.className = "form-control";
    input.setAttribute("list", list.id);
    input.autocomplete = "off";
    input.id = select.id + "-find";
    const label = document.querySelector('label[for="' + select.id + '"]');
    if (label) label.htmlFor = input.id;
    if (select.getAttribute("aria-describedby")) input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
    input.value = select.value ? select.options[select.selectedIndex].text : "";
    input.addEventListener("change", () => {
      const text = input.value.trim();
      const low = text.toLowerCase();
      let match = named[text];
      if (!match && text) {
        const found = Array.from(select.options).filter((o) => o.value && (o.text.indexOf(text) >= 0 || (o.dataset.initials || "").indexOf(low) === 0));
        if (found.length) { match = found[0].value; input.value = found[0].text; }
      }
      select.value = match || "";
      input.setCustomValidity(text && !match ? "没有找到“" + text + "”，请从列表中选" : "");
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    select.hidden = true;
    select.insertAdjacentElement("beforebegin", input);
    select.insertAdjacentElement("beforebegin", list);
  });

  /* drafts of long forms stay in this browser until the form is sent */
  $$("form[data-qy-draft]").forEach((form) => {
    const key = "qy-draft-" + form.dataset.qyDraft;
    const saved = document.querySelector("[data-qy-saved]");
    const fields = () => $$("textarea,input[type=text],input:not([type])", form).filter((f) => f.name);
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "{}");
      if (!document.querySelector("[data-qy-summary]")) fields().forEach((f) => { if (!f.value && kept[f.name]) f.value = kept[f.name]; });
    } catch (e) { localStorage.removeItem(key); }
    form.addEventListener("input", () => {
      const now = {};
      fields().forEach((f) => { if (f.value) now[f.name] = f.value; });
      localStorage.setItem(key, JSON.stringify(now));
      if (saved) saved.textContent = "草稿已存在本机 " + new Date().toTimeString().slice(0, 5);
    });
    form.addEventListener("submit", () => localStorage.removeItem(key));
  });

  /* one more row of a formset, from its template */
  $$("[data-qy-addrow]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const total = document.querySelector("#id_" + button.dataset.qyAddrow + "-TOTAL_FORMS");
      const template = document.querySelector("template[data-qy-row='" + button.dataset.qyAddrow + "']");
      const holder = document.querySelector("[data-qy-rows='" + button.dataset.qyAddrow + "']");
      holder.insertAdjacentHTML("beforeend", template.innerHTML.replace(/__prefix__/g, total.value));
      total.value = String(Number(total.value) + 1);
      const field = holder.lastElementChild.querySelector("input:not([type=hidden]),textarea,select");
      if (field) field.focus();
    });
  });

  /* send a form once */
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.qySent) { event.preventDefault(); return; }
    if (event.target.method === "post") event.target.dataset.qySent = "1";
  });
  window.addEventListener("pageshow", () => $$("form").forEach((f) => { delete f.dataset.qySent; }));

  /* what was typed wrong is read first */
  const summary = document.querySelector("[data-qy-summary]");
  if (summary) summary.focus();

  /* two minutes before signing out for idleness */
  const bar = document.querySelector("[data-qy-idle]");
  if (bar) {
    const minutes = Number(bar.dataset.qyIdle);
    const warn = () => {
      const note = document.createElement("div");
      note.className = "qy-note warn qy-idle";
      note.setAttribute("role", "alert");
      const h = document.createElement("h2");
      h.textContent = "2 分钟后自动退出";
      const p = document.createElement("p");
      p.textContent = "您已 " + (minutes - 2) + " 分钟没有操作。";
      const stay = document.createElement("button");
      stay.type = "button";
      stay.className = "btn btn-primary btn-sm";
      stay.textContent = "继续使用";
      stay.addEventListener("click", () => { fetch("/stay/", { method: "POST", headers: { "X-CSRFToken": (document.cookie.match(/csrftoken=([^;]+)/) || [])[1] || "" } }).then(() => { note.remove(); start(); }); });
      note.append(h, p, stay);
      document.querySelector("main").prepend(note);
      stay.focus();
    };
    let timer = 0;
    const start = () => { clearTimeout(timer); timer = setTimeout(warn, Math.max(minutes - 2, 0.2) * 60000); };
    start();
  }
})();
