/* Small helps over pages that work without them. Elements are found by data-qy-… only. Floor: Chromium 78. */
(function () {
  "use strict";
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const typing = () => /^(input|textarea|select)$/i.test((document.activeElement || {}).tagName || "");
  const token = () => (document.cookie.match(/csrftoken=([^;]+)/) || [])[1] || ($("input[name=csrfmiddlewaretoken]") || {}).value || "";
  const post = (url, body) => fetch(url, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token(), "Content-Type": "application/x-www-form-urlencoded" }, body: body || "" });
  const store = {  // a browser may be told to keep nothing
    get: (key) => { try { return localStorage.getItem(key); } catch (e) { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch (e) { /* kept nowhere, as told */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch (e) { /* nothing is there */ } },
  };
  const say = (tag, text, className) => { const el = document.createElement(tag); el.textContent = text; if (className) el.className = className; return el; };

  /* keys: / find · g h home · g l ledger · j k rows · x choose · Enter open · [ ] before, after · ? list (partials/keys.html) */
  const keys = $("[data-qy-keys]");
  const noKeys = $("[data-qy-nokeys]");
  if (noKeys) {
    noKeys.checked = store.get("qy-nokeys") === "1";
    noKeys.addEventListener("change", () => store.set("qy-nokeys", noKeys.checked ? "1" : "0"));
  }
  const showKeys = () => { if (keys && keys.showModal && !keys.open) keys.showModal(); };
  $$("[data-qy-showkeys]").forEach((el) => { el.hidden = !keys || !keys.showModal; el.addEventListener("click", showKeys); });

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
  const follow = (selector) => { const link = $(selector); if (link) link.click(); };
  const deeds = {
    "/": (event) => { const find = $("[data-qy-find]"); if (find && find.offsetParent) { event.preventDefault(); find.focus(); find.select(); } },
    "?": showKeys,
    j: () => move(1),
    k: () => move(-1),
    x: () => { const box = rows()[row] && $("[data-qy-pick]", rows()[row]); if (box) box.click(); },
    Enter: () => { const link = rows()[row] && document.activeElement === document.body && $("a", rows()[row]); if (link) link.click(); },
    "[": () => follow("a[rel~=prev]"),
    "]": () => follow("a[rel~=next]"),
  };
  const placeOf = (key) => $$("[data-qy-place]").find((el) => el.dataset.qyPlace === key);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { fold(null); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing() || (keys && keys.open) || (noKeys && noKeys.checked)) return;
    const place = pending === "g" && placeOf(event.key);
    if (place) { pending = ""; location.href = place.dataset.qyLeads; return; }
    pending = event.key === "g" ? "g" : "";
    if (deeds[event.key]) deeds[event.key](event);
  });

  /* what folds open over the page closes again: by Escape, and by a click beside it; the focus goes back to what opened it */
  const folding = ".qy-who[open], .qy-menu[open], .qy-picks[open], .qy-more-filters[open]";
  function fold(beside) {
    $$(folding).forEach((el) => {
      if (beside && el.contains(beside)) return;
      const had = el.contains(document.activeElement);
      el.open = false;
      if (had && !beside) $("summary", el).focus();
    });
  }
  document.addEventListener("click", (event) => fold(event.target));

  /* evidence beside its measure (rectification/beside.html): taken into the page, and put away again */
  let opener = null;
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.closest && !event.target.closest("[data-qy-beside]")) opener = event.target; });
  document.addEventListener("htmx:afterSettle", () => {
    const beside = $("[data-qy-beside]");
    const shut = beside && $("[data-qy-shut]", beside);
    if (!shut || !opener || !shut.hidden) return;
    shut.hidden = false;
    beside.focus({ preventScroll: true });
    beside.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("click", (event) => {
    if (!event.target.matches("[data-qy-shut]")) return;
    const empty = document.createElement("div");
    empty.id = "qy-beside";
    $("[data-qy-beside]").replaceWith(empty);
    opener.focus();
    opener = null;
  });

  /* chosen rows */
  function countPicked() {
    const n = $$("[data-qy-pick]:checked").length;
    $$("[data-qy-picked]").forEach((el) => { el.textContent = String(n); });
    $$("[data-qy-batch]").forEach((el) => { el.disabled = n === 0; });
    $$("[data-qy-pick]").forEach((el) => { const tr = el.closest("tr"); if (tr) tr.classList.toggle("qy-on", el.checked); });
    const all = $("[data-qy-all]");
    if (all) { const of = $$("[data-qy-pick]").length; all.checked = n > 0 && n === of; all.indeterminate = n > 0 && n < of; }
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-qy-all]")) $$("[data-qy-pick]").forEach((el) => { el.checked = event.target.checked; });
    if (event.target.matches("[data-qy-all],[data-qy-pick]")) countPicked();
  });
  countPicked();

  /* how many characters */
  $$("[data-qy-most]").forEach((field) => {
    const most = Number(field.dataset.qyMost);
    const note = say("span", "", "form-text");
    note.setAttribute("aria-live", "polite");
    field.insertAdjacentElement("afterend", note);
    const write = () => {
      const n = Array.from(field.value).length;
      note.textContent = n > most ? "已写 " + n + " 字，超出 " + (n - most) + " 字" : n > most * 0.8 || n > 200 ? "已写 " + n + " 字，最多 " + most + " 字" : "";
      note.classList.toggle("qy-late", n > most);
    };
    field.addEventListener("input", write);
    write();
  });

  /* what the server would refuse is named beside the field before it is sent; the other files stay chosen */
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches || !field.matches("input[type=file][accept]")) return;
    const kinds = field.accept.split(",");
    const most = Number(field.dataset.qyMostBytes) || Infinity;
    const wrong = (file) => {
      const name = file.name.toLowerCase();
      if (!kinds.some((kind) => name.endsWith(kind))) return "不是可以上传的格式";
      if (file.size > most) return "超过 " + Math.floor(most / 1048576) + " MB";
      return file.size ? "" : "是空文件";
    };
    const kept = new DataTransfer();
    const refused = [];
    Array.from(field.files).forEach((file) => {
      const why = wrong(file);
      if (why) refused.push("“" + file.name + "”" + why + "，没有选上。");
      else kept.items.add(file);
    });
    let note = field.parentElement.querySelector("[data-qy-refused]");
    if (!note) {
      note = say("p", "", "qy-late");
      note.dataset.qyRefused = "";
      note.setAttribute("role", "alert");
      field.insertAdjacentElement("afterend", note);
    }
    note.textContent = refused.join("");
    note.hidden = !refused.length;
    if (refused.length) field.files = kept.files;
  }, true);

  /* one more row of a formset, from its template */
  $$("[data-qy-addrow]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const name = button.dataset.qyAddrow;
      const total = $("#id_" + name + "-TOTAL_FORMS");
      const holder = $("[data-qy-rows='" + name + "']");
      holder.insertAdjacentHTML("beforeend", $("template[data-qy-row='" + name + "']").innerHTML.replace(/__prefix__/g, total.value));
      total.value = String(Number(total.value) + 1);
      const field = $("input:not([type=hidden]),textarea,select", holder.lastElementChild);
      if (field) field.focus();
    });
  });

  /* send a form once; what cannot be taken back asks first */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.qySent || (form.dataset.qyConfirm && !window.confirm(form.dataset.qyConfirm))) { event.preventDefault(); return; }
    if (form.method === "post" && !event.defaultPrevented) {
      form.dataset.qySent = "1";
      if (document.body.dataset.qyPost && !form.elements._post) {  // who holds several posts may have switched in another window
        const as = document.createElement("input");
        Object.assign(as, { type: "hidden", name: "_post", value: document.body.dataset.qyPost });
        form.append(as);
      }
      setTimeout(() => { delete form.dataset.qySent; }, 8000);  // a download leaves the page where it is
    }
  });
  window.addEventListener("pageshow", () => $$("form").forEach((f) => { delete f.dataset.qySent; }));

  /* 大字号: at once here, and kept with the account */
  $$("form[data-qy-large]").forEach((form) => form.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = form.elements.large_type;
    const large = field.value === "on";
    post(form.action, "large_type=" + (large ? "on" : "")).then(() => {
      if (large) document.documentElement.dataset.qySize = "large"; else delete document.documentElement.dataset.qySize;
      field.value = large ? "" : "on";
      $("button", form).textContent = large ? "标准字号" : "大字号";
      delete form.dataset.qySent;
    });
  }));

  /* what is folded is on paper too */
  const folded = () => $$("details[data-qy-unfold]");
  window.addEventListener("beforeprint", () => folded().forEach((el) => { el.dataset.qyUnfold = el.open ? "open" : "folded"; el.open = true; }));
  window.addEventListener("afterprint", () => folded().forEach((el) => { el.open = el.dataset.qyUnfold === "open"; }));

  $$("[data-qy-print]").forEach((button) => button.addEventListener("click", () => window.print()));

  /* what was typed wrong is read first */
  const summary = $("[data-qy-summary]");
  if (summary) summary.focus();

  /* two minutes before signing out for idleness; what was typed is saved first, and is there again after signing in (drafts.js) */
  const bar = $("[data-qy-idle]");
  if (bar) {
    const minutes = Number(bar.dataset.qyIdle);
    const beforehand = Math.min(2, minutes / 2);
    const grace = 65000;  // the server allows a minute more than it tells
    let timer = 0;
    const active = () => store.set("qy-active", String(Date.now()));
    const idle = () => Date.now() - Number(store.get("qy-active") || 0);  // in whatever window
    const start = (gone) => { clearTimeout(timer); timer = setTimeout(warn, (minutes - beforehand) * 60000 - gone); };
    const warn = () => {
      if (!bar.isConnected) return;  // another page stands here by now
      if (idle() < (minutes - beforehand) * 60000 - 1000) { start(idle()); return; }
      const back = document.activeElement;
      const note = say("div", "", "qy-note warn qy-idle");
      note.setAttribute("role", "alert");
      const title = say("h2", beforehand + " 分钟后自动退出");
      const text = say("p", "您已 " + (minutes - beforehand) + " 分钟没有操作。写的内容存在本机，重新登录后回到这一页；要接着办，点“继续使用”。");
      const stay = say("button", "继续使用", "btn btn-primary btn-sm");
      stay.type = "button";
      stay.addEventListener("click", () => post("/stay/").then((answer) => {
        if (!answer.ok || answer.redirected) throw new Error("signed out");
        note.remove();
        if (back && back.focus) back.focus();
        active();
        start(0);
      }).catch(leave));
      note.append(title, text, stay);
      $("main").prepend(note);
      stay.focus();
      timer = setTimeout(() => {
        if (!bar.isConnected) return;
        if (idle() < minutes * 60000) { note.remove(); start(0); } else leave();
      }, beforehand * 60000 + grace);
    };
    const leave = () => {
      document.dispatchEvent(new Event("qy-leave"));
      if (navigator.onLine === false) {  // elsewhere there is nothing to see now
        const text = $(".qy-idle p");
        if (text) text.textContent = "已经自动退出。现在没有网络，写的内容存在本机；有了网络就转到登录页。";
        window.addEventListener("online", leave, { once: true });
        return;
      }
      location.assign(location.pathname + location.search);
    };
    active();
    start(0);
  }
})();
