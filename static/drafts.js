/* Nothing typed is lost: every form with a one-time token ({% once %}) keeps a draft in this browser, is sent by script, and stays where it is
   until the server says that it has accepted that very form (docs/decisions/0020-drafts-receipts-pending-files.md). Floor: Chromium 78. */
(function () {
  "use strict";
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const KEPT = 7 * 24 * 3600 * 1000;  // milliseconds a draft is kept
  const OF_THE_MACHINE = ["csrfmiddlewaretoken", "_once", "_post", "_pending"];
  const SIGN_IN = "/sign-in/";
  const marks = $$("input[data-qy-once]");
  const now = () => Date.now();
  const clock = (at) => new Date(at).toTimeString().slice(0, 5);
  const day = (at) => { const d = new Date(at); return ("0" + (d.getMonth() + 1)).slice(-2) + "-" + ("0" + d.getDate()).slice(-2) + " " + clock(at); };
  const say = (tag, text, className) => { const el = document.createElement(tag); el.textContent = text; if (className) el.className = className; return el; };
  const button = (text, className, act) => { const el = say("button", text, className); el.type = "button"; el.addEventListener("click", act); return el; };
  const same = (a, b) => JSON.stringify((a || []).filter(Boolean)) === JSON.stringify((b || []).filter(Boolean));

  /* ---------- what is kept ---------- */
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch (e) { return null; } };
  const drop = (key) => { try { localStorage.removeItem(key); } catch (e) { /* nothing is there */ } onDisk((store) => store.delete(key)); };
  const keys = (beginning) => { try { return Object.keys(localStorage).filter((key) => key.indexOf(beginning) === 0); } catch (e) { return []; } };
  const aged = (beginning) => keys(beginning).map((key) => ({ key: key, draft: read(key) })).filter((one) => one.draft).sort((a, b) => b.draft.at - a.draft.at);
  function write(key, draft) {
    const text = JSON.stringify(draft);
    try { localStorage.setItem(key, text); onDisk((store) => store.put(text, key)); return true; } catch (full) { /* make room below */ }
    const oldest = aged("qy-form|").filter((one) => one.key !== key).pop();
    if (!oldest) return false;
    drop(oldest.key);
    return write(key, draft);
  }

  /* Chromium puts what a page stores on the disk up to a minute later, and a browser that is killed before has nothing;
     the same drafts stand in a database of the browser, which is written at once, and come back from there */
  const opened = new Promise((resolve) => {
    setTimeout(() => resolve(null), 2000);  // a form is not kept waiting
    try {
      const asked = indexedDB.open("qy", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("drafts");
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(null);
    } catch (e) { resolve(null); }
  });
  function onDisk(act) {
    opened.then((db) => {
      if (!db) return;
      const work = db.transaction("drafts", "readwrite");
      act(work.objectStore("drafts"));
      if (work.commit) work.commit();  // also when the page is left at once
    }).catch(() => { /* localStorage has it */ });
  }
  const recovered = opened.then((db) => db && new Promise((resolve) => {
    const walk = db.transaction("drafts").objectStore("drafts").openCursor();
    walk.onerror = resolve;
    walk.onsuccess = () => {
      const one = walk.result;
      if (!one) { resolve(); return; }
      try { if (localStorage.getItem(one.key) === null) localStorage.setItem(one.key, one.value); } catch (e) { /* no room */ }
      one.continue();
    };
  })).catch(() => { /* what localStorage has is there */ }).then(() => {
    keys("qy-form|").forEach((key) => { const draft = read(key); if (!draft || now() - draft.at > KEPT) drop(key); });
  });

  /* which of these forms the server has accepted, and what files it keeps for them */
  const sentAlready = (tokens) => fetch("/sent/?" + tokens.map((one) => "t=" + encodeURIComponent(one)).join("&"), { credentials: "same-origin" })
    .then((answer) => answer.json()).catch(() => ({ accepted: {}, files: {} }));

  /* ---------- a form and its values ---------- */
  function valuesOf(form) {
    const found = {};
    new FormData(form).forEach((value, name) => {
      if (typeof value !== "string" || OF_THE_MACHINE.indexOf(name) >= 0 || $$("input[type=password]", form).some((el) => el.name === name)) return;
      (found[name] = found[name] || []).push(value);
    });
    return found;
  }
  const filesOf = (form) => [].concat(...$$("input[type=file]", form).map((el) => Array.from(el.files).map((file) => file.name)));
  const changedIn = (draft) => Array.from(new Set(Object.keys(draft.values).concat(Object.keys(draft.base)))).filter((name) => !same(draft.values[name], draft.base[name]));
  const controls = (form, name) => Array.from(form.elements).filter((el) => el.name === name && el.type !== "hidden" && el.type !== "file");

  function put(form, name, values) {
    controls(form, name).forEach((el, i) => {
      if (el.type === "checkbox" || el.type === "radio") el.checked = values.indexOf(el.value) >= 0;
      else if (el.options) Array.from(el.options).forEach((option) => { option.selected = values.indexOf(option.value) >= 0; });
      else el.value = values[i] || "";
      el.dispatchEvent(new Event("change"));  // what stands on top of a select shows it (choices.js)
      for (let folded = el.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
    });
  }

  /* rows of a formset: one that is there already is known by its key, a new one goes behind those that are there */
  function rowsOf(form, draft) {
    const to = {};
    Object.keys(draft.values).forEach((name) => {
      const found = /^(.+)-TOTAL_FORMS$/.exec(name);
      const number = (what) => form.elements[found[1] + "-" + what + "_FORMS"];
      if (!found || !number("TOTAL")) return;
      const before = Number(draft.values[found[1] + "-INITIAL_FORMS"][0]);
      const there = Number(number("INITIAL").value);
      const pkAt = (i) => (form.elements[found[1] + "-" + i + "-pk"] || {}).value;
      let next = there;
      for (let i = 0; i < Number(draft.values[name][0]); i += 1) {
        const pk = (draft.values[found[1] + "-" + i + "-pk"] || [])[0];
        const known = Array.from({ length: there }, (_, n) => n).filter((n) => (pk ? pkAt(n) === pk : i < before && n === i));
        to[found[1] + "-" + i + "-"] = found[1] + "-" + (known.length ? known[0] : next) + "-";
        if (!known.length) next += 1;
      }
      const more = $("[data-qy-addrow='" + found[1] + "']");
      while (more && Number(number("TOTAL").value) < next) more.click();
    });
    return (name) => { const beginning = Object.keys(to).filter((one) => name.indexOf(one) === 0)[0]; return beginning ? to[beginning] + name.slice(beginning.length) : name; };
  }

  function follow(mark) {
    const form = mark.form;
    const path = new URL(form.getAttribute("action") || location.href, location.href).pathname;
    const place = ["qy-form", mark.dataset.qyBy, path, mark.dataset.qyOnce, ""].join("|");
    const key = () => place + mark.value;
    const begun = (read(key()) || {}).base || stood.get(mark);  // a form that comes back was begun from what stood there first
    const line = say("p", "", "qy-small qy-3");
    line.setAttribute("role", "status");
    line.setAttribute("data-qy-saved", "");
    const notes = say("div", "");
    form.insertAdjacentElement("beforebegin", notes);
    form.insertAdjacentElement("beforebegin", line);
    const self = { form: form, mark: mark, key: key, path: path, by: null, sending: false, used: false };

    self.save = (resume) => {
      if (self.used) return;
      const draft = { at: now(), page: location.pathname + location.search, title: document.title.split(" · ")[0], values: valuesOf(form), base: begun, files: filesOf(form), resume: Boolean(resume) };
      if (!changedIn(draft).length && !draft.files.length) { drop(key()); line.textContent = ""; return; }
      line.textContent = write(key(), draft) ? "草稿已存在本机 " + clock(draft.at) : "这台电脑不让浏览器存草稿，请写好就交";
    };
    self.restore = (one) => {
      const names = rowsOf(form, one.draft);
      changedIn(one.draft).forEach((name) => put(form, names(name), one.draft.values[name] || []));
      mark.value = one.key.slice(place.length);
      form.dispatchEvent(new Event("input", { bubbles: true }));
      $$("[data-qy-most]", form).forEach((el) => el.dispatchEvent(new Event("input", { bubbles: true })));
      self.save();
      const files = one.draft.files.filter((name) => !one.kept.some((file) => file.name === name));
      showKept(form, one.kept);
      self.tell("已取回 " + day(one.draft.at) + " 写的内容" + (files.length ? "。选过的文件存不下来，请重新选：" + files.join("、") : ""), "good");
    };
    self.tell = (text, tone, ...more) => {
      const note = say("div", "", "qy-note mt-2 " + tone);
      note.setAttribute("role", tone === "bad" ? "alert" : "status");
      const words = say("p", text);
      words.append(...more);
      note.append(words);
      notes.textContent = "";
      notes.append(note);
      return note;
    };
    self.offer = (one) => {
      const longest = changedIn(one.draft).map((name) => (one.draft.values[name] || []).join(" ")).sort((a, b) => b.length - a.length)[0] || "";
      const words = longest.replace(/\s+/g, " ").slice(0, 40);
      const note = self.tell(day(one.draft.at) + " 写的内容没有交出，存在本机" + (words ? "：“" + words + (longest.length > 40 ? "…" : "") + "” " : " "), "warn");
      note.append(button("取回", "btn btn-sm btn-primary", () => self.restore(one)), " ",
        button("不要了", "btn btn-sm btn-plain", () => { drop(one.key); notes.textContent = ""; self.look(); }));
    };
    /* drafts of this form that are left from before: what was accepted meanwhile is done, the newest other one is offered */
    self.look = () => {
      const left = aged(place).filter((one) => one.key !== key());
      if (!left.length) return;
      const token = (one) => one.key.slice(place.length);
      sentAlready(left.slice(0, 40).map(token)).then((told) => {
        const done = left.filter((one) => token(one) in told.accepted);
        done.forEach((one) => drop(one.key));
        const open = left.filter((one) => done.indexOf(one) < 0).map((one) => Object.assign(one, { kept: told.files[token(one)] || [] }));
        if (open.length) { if (open[0].draft.resume) self.restore(open[0]); else self.offer(open[0]); return; }
        if (done.length) {
          const link = say("a", "看办好的那一件");
          link.href = told.accepted[token(done[0])] || "/";
          self.tell("上次写的已经交出、办好了。", "good", link);
        }
      });
    };
    form.addEventListener("input", () => self.save());
    form.addEventListener("change", () => self.save());
    if (!read(key())) self.look();
    return self;
  }

  /* files the server has kept for a form: shown as already there */
  function showKept(form, kept) {
    kept.forEach((file) => {
      const input = $$("input[type=file]", form).filter((el) => el.name === file.field)[0];
      if (!input || $$("input[name=_pending]", form).some((el) => el.value === String(file.pk))) return;
      const label = say("label", " " + file.name + "（已上传，不用再选；不要的去掉勾）", "d-block");
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name: "_pending", value: file.pk, checked: true });
      label.prepend(box);
      input.insertAdjacentElement("beforebegin", label);
    });
  }

  let followed = [];
  const stood = new Map(marks.map((mark) => [mark, valuesOf(mark.form)]));  // before anything is typed: what lies on disk is read first
  recovered.then(() => { followed = marks.map(follow); });
  const of = (form) => followed.filter((one) => one.form === form)[0];

  /* the first page says what lies here unsent, and leads to it: what was accepted meanwhile is done */
  const told = $("[data-qy-drafts-of]");
  if (told) {
    recovered.then(() => {
      const left = aged("qy-form|" + told.dataset.qyDraftsOf + "|").filter((one) => one.draft.page).slice(0, 40);
      const token = (one) => one.key.slice(one.key.lastIndexOf("|") + 1);
      if (!left.length) return;
      sentAlready(left.map(token)).then((answer) => {
        const open = left.filter((one) => !(token(one) in answer.accepted));
        open.slice(0, 3).forEach((one) => {
          const link = say("a", one.draft.title || "去取回");
          link.href = one.draft.page;
          const line = say("p", day(one.draft.at) + " 写的内容没有交出，存在本机：");
          line.append(link, " ", button("不要了", "btn btn-sm btn-plain", () => { drop(one.key); line.remove(); told.hidden = !told.children.length; }));
          told.append(line);
        });
        if (open.length > 3) told.append(say("p", "另有 " + (open.length - 3) + " 份，打开原来的页可以取回。"));
        told.hidden = !open.length;
      });
    });
  }

  /* ---------- sending ---------- */
  let pressed = null;
  document.addEventListener("click", (event) => { pressed = event.target.closest("button,input[type=submit]"); }, true);

  /* a day that does not exist is emptied by the browser when it is sent: it is told before, and stays as it was typed */
  document.addEventListener("submit", (event) => {
    const wrong = $$("input[type=date]", event.target).filter((el) => el.validity.badInput);
    $$(".qy-no-day", event.target).forEach((el) => el.remove());
    wrong.forEach((el) => {
      el.classList.add("is-invalid");
      const label = $("label[for='" + el.id + "']");
      const text = say("p", "“" + (label ? label.textContent.replace("*", "").trim() : "日期") + "”不是有效的日期：没有这一天，或者没有填完。请写成 2026-07-06 这样的日期", "invalid-feedback d-block qy-no-day");
      text.setAttribute("role", "alert");
      el.insertAdjacentElement("afterend", text);
    });
    if (!wrong.length) return;
    event.preventDefault();
    event.stopPropagation();
    wrong[0].focus();
  }, true);

  window.addEventListener("submit", (event) => {
    const one = of(event.target);
    if (!one || event.defaultPrevented) return;
    event.preventDefault();
    one.by = event.submitter || (pressed && pressed.form === one.form ? pressed : $("button[type=submit]", one.form));
    send(one);
  });

  /* only this kind of request tells how much has gone out */
  function post(url, body, told) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("POST", url);
      request.setRequestHeader("QY-Sent", "1");
      request.upload.onprogress = (event) => { if (event.lengthComputable) told(event.loaded, event.total); };
      request.onload = () => done({ status: request.status, of: (name) => request.getResponseHeader(name), text: request.responseText });
      request.onerror = request.onabort = request.ontimeout = failed;
      request.send(body);
    });
  }
  const SHOWN_FROM = 1024 * 1024;  // smaller files are there before a bar is seen
  function showSent(one, sent, whole) {
    let bar = one.bar;
    if (!bar || !bar.isConnected) {
      bar = one.bar = document.createElement("progress");
      bar.setAttribute("data-qy-sent", "");
      bar.setAttribute("aria-label", "上传进度");
      one.tell("", "info").append(bar);
    }
    const mb = (n) => (n / 1048576).toFixed(1);
    Object.assign(bar, { max: whole, value: sent });
    bar.parentElement.querySelector("p").textContent = sent < whole ? "正在上传：" + mb(sent) + " / " + mb(whole) + " MB" : "已传完，正在检查文件。";
  }

  const cookie = () => (document.cookie.match(/csrftoken=([^;]+)/) || [])[1];
  function send(one, again) {
    if (one.sending) return;
    const form = one.form;
    const field = form.elements.csrfmiddlewaretoken;
    if (cookie() && field) field.value = cookie();
    const body = new FormData(form);
    if (one.by && one.by.name) body.append(one.by.name, one.by.value);
    one.save();
    one.sending = true;
    form.setAttribute("aria-busy", "true");
    let slow = waits();
    function waits() { return setTimeout(() => one.tell("还没有收到答复，网络可能不好。请稍等，写的内容已存在本机。", "warn"), 15000); }
    const large = $$("input[type=file]", form).reduce((sum, el) => sum + Array.from(el.files).reduce((n, file) => n + file.size, 0), 0) > SHOWN_FROM;
    post(form.getAttribute("action") || location.href, body, (sent, whole) => {
      clearTimeout(slow);
      slow = waits();
      if (large) showSent(one, sent, whole);
    }).then((answer) => { rest(); heard(one, answer, again); }, () => { rest(); unsent(one); });
    function rest() {
      clearTimeout(slow);
      one.sending = false;
      form.removeAttribute("aria-busy");
      delete form.dataset.qySent;
    }
  }

  /* the answer: accepted, the form again, signed out, the key against forgery too old, or something else went wrong */
  function heard(one, answer, again) {
    const leads = answer.of("QY-Location");
    if (answer.of("QY-Accepted")) {
      drop(one.key());
      one.used = true;
      if (leads) location.assign(leads); else show(answer.text);
    } else if (leads) {
      signedOut(one, leads);
    } else if (answer.of("QY-Form")) {
      show(answer.text);
    } else if (answer.of("QY-Refused") === "csrf" && !again) {
      renewed(one);
    } else {
      stays(one, words(answer.text) || "服务器出错了（" + answer.status + "），没有办成。");
    }
  }
  function show(html) {
    document.open();
    document.write(html);
    document.close();
    scrollTo(0, 0);  // as a page that is opened: what came of it stands on top
  }
  function words(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    return $$("main h1, main p", page).map((el) => el.textContent.replace(/\s+/g, " ").trim()).filter((text) => text && text !== "返回").join(" ").slice(0, 400);
  }
  /* cookies gone, or signed in anew in another window: a new key is fetched, and the form sent once more */
  function renewed(one) {
    fetch("/account/", { credentials: "same-origin", headers: { "QY-Sent": "1" } }).then((answer) => {
      if (answer.headers.get("QY-Location")) { signedOut(one, answer.headers.get("QY-Location")); return null; }
      return answer.text().then((text) => {
        const fresh = $("input[name=csrfmiddlewaretoken]", new DOMParser().parseFromString(text, "text/html"));
        if (fresh) one.form.elements.csrfmiddlewaretoken.value = fresh.value;
        send(one, true);
      });
    }).catch(() => unsent(one));
  }

  function stays(one, text, ...more) {
    const note = one.tell(text + " ", "bad", ...more);
    note.prepend(say("h2", "没有发出去，写的内容都在"));
    note.append(button("再发一次", "btn btn-sm btn-primary", () => send(one)));
    note.tabIndex = -1;
    note.focus();
    return note;
  }
  const unsent = (one) => $("p", stays(one, navigator.onLine === false ? "现在没有网络。内容存在本机，有了网络再发，不会办两次。" : "服务器没有答复，可能是网络断了。内容存在本机，可以再发，不会办两次。")).setAttribute("data-qy-unsent", "");
  function signedOut(one, leads) {
    if (leads.indexOf(SIGN_IN) !== 0) {
      const link = say("a", "去办");
      link.href = leads;
      stays(one, "系统要您先在另一页办一件事，再回来发。", link);
      return;
    }
    one.save(!filesOf(one.form).length);
    const link = say("a", "重新登录");
    const files = filesOf(one.form).length > 0;  // they are in this window alone: it stays, and one signs in beside it
    link.href = SIGN_IN + "?next=" + encodeURIComponent(files ? "/signed-in/" : location.pathname + location.search);
    if (files) Object.assign(link, { target: "_blank", rel: "noopener" });
    stays(one, files ? "登录已经失效。请在新窗口登录，再回到这一页再发一次，选好的文件也在。" : "登录已经失效。登录后回到这一页，写的内容都在。", link);
  }

  /* back to a form that was accepted: it begins anew */
  window.addEventListener("pageshow", (event) => { if (event.persisted && followed.some((one) => one.used)) location.reload(); });

  /* signing out for idleness saves first (app.js); the form is there again after signing in */
  document.addEventListener("qy-leave", () => followed.forEach((one) => { if (read(one.key())) one.save(true); }));
  /* a case that somebody else changed meanwhile: one's own changes are put on what stands there now */
  $$("[data-qy-again]").forEach((link) => link.addEventListener("click", () => {
    keys("qy-form|").filter((key) => key.slice(-link.dataset.qyAgain.length) === link.dataset.qyAgain).forEach((key) => write(key, Object.assign(read(key), { resume: true })));
  }));
  /* where the office wants it, signing out takes the drafts of this person out of this browser */
  $$("form[data-qy-forget]").forEach((form) => form.addEventListener("submit", () => keys("qy-form|" + form.dataset.qyForget + "-").forEach(drop)));

  /* said while it is so */
  function net() {
    const there = $("[data-qy-offline]");
    if (navigator.onLine !== false) {
      if (there) there.remove();
      $$("[data-qy-unsent]").forEach((el) => { el.textContent = "网络恢复了，请再发一次，不会办两次。"; });
      return;
    }
    if (there) return;
    const note = say("div", "现在没有网络。写的内容存在本机，有了网络再交。", "qy-note warn");
    note.setAttribute("role", "status");
    note.setAttribute("data-qy-offline", "");
    $("main").prepend(note);
  }
  window.addEventListener("online", net);
  window.addEventListener("offline", net);
  net();
})();
