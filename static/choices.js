/* A long choice can be typed into, on a phone too: part of a name, an earlier name, pinyin initials.
   It stands on top of the select, the datalist or the boxes that the page has anyway; without it they work as they are.
   What an option is found by comes from the server (data-qy-sought, ui/form_renderer.py); the rule is that of ui/search.py.
   Elements are found by data-qy-… only. Floor: Chromium 78. */
(function () {
  "use strict";
  const FEW = 12;  // a shorter list is read at a glance
  const SHOWN = 60;
  const NONE = (words, of) => (of ? "没有找到“" + words + "”，可选的有 " + of + " 项，清空可以看全部" : "没有可选的");
  let made = 0;
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[\u200b-\u200f\u202a-\u202e\ufeff]/g, "").replace(/\s+/g, " ").trim();
  const part = (word) => (/^[a-z]{1,2}$/.test(word) ? " " + word : word);
  const fits = (sought, typed) => plain(typed).split(" ").every((word) => sought.indexOf(part(word)) >= 0);
  const soughtBy = (text, more) => " " + plain(text) + (more || "");
  const say = (tag, attributes) => { const el = document.createElement(tag); Object.keys(attributes).forEach((name) => el.setAttribute(name, attributes[name])); return el; };

  /* one input with its list: `options` gives what may be chosen, `choose` takes one or nothing */
  function typed(input, options, choose, label) {
    const id = "qy-typed-" + (made += 1);
    const list = say("ul", { id: id, role: "listbox", "aria-label": label, class: "qy-typed-list", hidden: "" });
    const said = say("span", { class: "visually-hidden", "aria-live": "polite" });
    const box = say("div", { class: "qy-typed" });
    input.parentNode.insertBefore(box, input);
    box.append(input, list, said);
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off", autocapitalize: "none", spellcheck: "false" })
      .forEach((pair) => input.setAttribute(pair[0], pair[1]));
    let found = [];
    let at = -1;
    const isOpen = () => !list.hidden;
    function point(to) {
      if (list.children[at]) list.children[at].setAttribute("aria-selected", "false");
      at = to;
      const item = list.children[at];
      if (!item) { input.removeAttribute("aria-activedescendant"); return; }
      item.setAttribute("aria-selected", "true");
      item.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", item.id);
    }
    function close() { list.hidden = true; input.setAttribute("aria-expanded", "false"); point(-1); }
    function open(all) {
      const words = all ? "" : input.value;
      const every = options();
      found = (words.trim() ? every.filter((one) => fits(one.sought, words)) : every).slice(0, SHOWN);
      list.textContent = "";
      found.forEach((one, n) => {
        const item = say("li", { role: "option", id: id + "-" + n, "aria-selected": "false" });
        item.textContent = one.text;
        list.append(item);
      });
      said.textContent = found.length ? found.length + " 项可选" : NONE(words.trim(), every.length);
      if (!found.length && words.trim()) {
        const none = say("li", { class: "qy-3", "aria-hidden": "true" });  // the line beside it is what is read out
        none.textContent = NONE(words.trim(), every.length);
        list.append(none);
      }
      list.hidden = !list.children.length;
      input.setAttribute("aria-expanded", String(isOpen()));
      point(words.trim() && found.length ? 0 : -1);
    }
    function take(one) { input.value = one ? one.text : ""; input.setCustomValidity(""); close(); choose(one, ""); }
    /* what was typed and not picked: the only one that fits is meant */
    function settle() {
      const text = input.value.trim();
      const every = options();
      const same = every.filter((one) => plain(one.text) === plain(text));
      const meant = same.length ? same : every.filter((one) => fits(one.sought, text));
      close();
      if (!text || meant.length === 1) { take(text ? meant[0] : null); return; }
      choose(null, meant.length ? "有 " + meant.length + " 项叫“" + text + "”，请从列表中选" : "没有找到“" + text + "”，请从列表中选");
    }
    input.addEventListener("input", (event) => { if (!event.isComposing && event.detail !== "taken") { input.setCustomValidity(""); open(false); } });
    input.addEventListener("compositionend", () => open(false));
    input.addEventListener("click", () => { if (!isOpen()) open(true); });
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("blur", () => { if (input.value !== input.dataset.qySettled) settle(); else close(); });
    input.addEventListener("focus", () => { input.dataset.qySettled = input.value; input.select(); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const key = event.key;
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        if (!isOpen()) open(true);
        point(Math.max(0, Math.min(found.length - 1, at + (key === "ArrowDown" ? 1 : -1))));
      } else if (key === "Enter") {
        if (isOpen() && at >= 0) { event.preventDefault(); take(found[at]); input.dataset.qySettled = input.value; } else settle();
      } else if (key === "Escape" && isOpen()) { event.stopPropagation(); close(); }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());  // the input keeps the focus
    list.addEventListener("click", (event) => {
      const n = Array.from(list.children).indexOf(event.target.closest("li"));
      if (found[n]) { take(found[n]); input.dataset.qySettled = input.value; }
    });
  }

  function onSelect(select) {
    const input = say("input", { type: "text", class: "form-control" + (select.classList.contains("is-invalid") ? " is-invalid" : ""), id: select.id + "-find" });
    const labels = Array.from(document.querySelectorAll('label[for="' + select.id + '"]'));
    const empty = Array.from(select.options).find((option) => !option.value);
    input.placeholder = empty && !/^-*$/.test(empty.text) ? empty.text : "打字查找";
    ["aria-describedby", "aria-invalid", "aria-label"].forEach((name) => { if (select.getAttribute(name)) input.setAttribute(name, select.getAttribute(name)); });
    input.required = select.required;
    select.required = false;
    input.disabled = select.disabled;
    labels.forEach((label) => { label.htmlFor = input.id; });
    document.querySelectorAll('[data-qy-summary] a[href="#' + select.id + '"]').forEach((link) => { link.hash = input.id; });
    const show = () => { const option = select.options[select.selectedIndex]; input.value = option && option.value ? option.text : ""; };
    let mine = false;
    select.before(input);
    typed(
      input,
      () => Array.from(select.options).filter((option) => option.value && !option.disabled)
        .map((option) => ({ text: option.text, value: option.value, sought: soughtBy(option.text, option.dataset.qySought) })),
      (one, wrong) => {
        input.setCustomValidity(wrong);
        if (wrong) input.reportValidity();
        const value = one ? one.value : "";
        if (select.value === value) return;
        select.value = value;
        mine = true;
        select.dispatchEvent(new Event("input", { bubbles: true }));
        select.dispatchEvent(new Event("change", { bubbles: true }));
        mine = false;
      },
      labels.length ? labels[0].textContent.trim() : select.name
    );
    select.addEventListener("change", () => { if (!mine) show(); });  // a draft that comes back
    if (select.form) select.form.addEventListener("reset", () => setTimeout(show));
    show();
    select.hidden = true;
  }

  /* names that are typed beside a datalist: some browsers of phones show none */
  function onNames(input) {
    const names = document.getElementById(input.getAttribute("list"));
    input.removeAttribute("list");
    if (!names) return;
    const label = document.querySelector('label[for="' + input.id + '"]');
    typed(
      input,
      () => Array.from(names.options).map((option) => ({ text: option.value, sought: soughtBy(option.value, option.dataset.qySought) })),
      (one, wrong) => {
        input.setCustomValidity(wrong);
        if (wrong) input.reportValidity();
        if (one) input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "taken" }));
      },
      label ? label.textContent.trim() : input.name
    );
  }

  /* many boxes: what is typed above them leaves those that fit */
  const BOX = "input[type=checkbox][data-qy-sought]";
  function lineOf(box) {
    let line = box;
    while (line.parentElement && line.parentElement.querySelectorAll(BOX).length === 1) line = line.parentElement;
    return line;
  }
  function onBoxes(group) {
    const boxes = Array.from(group.querySelectorAll(BOX));
    const id = "qy-narrow-" + (made += 1);
    const label = say("label", { class: "visually-hidden", for: id });
    label.textContent = "在选项中查找";
    const input = say("input", { type: "search", class: "form-control qy-narrow", id: id, placeholder: "打简称或拼音首字母查找", autocomplete: "off" });
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      boxes.forEach((box) => {
        const line = lineOf(box);
        line.hidden = !box.checked && Boolean(input.value.trim()) && !fits(soughtBy(line.textContent, box.dataset.qySought), input.value);
      });
    });
    group.before(label, input);
  }

  function enhance(root) {
    const every = (selector) => (root.matches && root.matches(selector) ? [root] : []).concat(Array.from(root.querySelectorAll(selector)));
    every("select[data-qy-typed]").forEach((select) => {
      if (select.hidden || select.multiple) return;
      onSelect(select);
    });
    every("input[list][data-qy-typed]").forEach(onNames);
    const groups = new Set(every(BOX).map((box) => lineOf(box).parentElement));
    groups.forEach((group) => {
      if (!group || group.dataset.qyBoxes !== undefined || group.querySelectorAll(BOX).length < FEW) return;
      group.dataset.qyBoxes = "";
      onBoxes(group);
    });
  }
  enhance(document);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (node.nodeType === 1 && !node.closest(".qy-typed")) enhance(node);
  }))).observe(document.body, { childList: true, subtree: true });
})();
