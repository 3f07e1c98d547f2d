/* Helps of the pages of inspection; every page works without them. */
(function () {
  "use strict";
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  /* find a unit among eighty-four boxes: part of its name, or initials */
  $$("[data-qy-narrow]").forEach((input) => {
    const holder = document.querySelector("[data-qy-narrowing]");
    if (holder) holder.hidden = false;
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    input.addEventListener("input", () => {
      const wanted = input.value.normalize("NFKC").trim().toLowerCase();
      $$("[data-qy-narrow-by]").forEach((el) => { el.hidden = wanted !== "" && el.dataset.qyNarrowBy.toLowerCase().indexOf(wanted) < 0; });
      $$("[data-qy-narrow-group]").forEach((el) => { el.hidden = !el.querySelector("[data-qy-narrow-by]:not([hidden])"); });
    });
  });
  $$("[data-qy-chosen]").forEach((el) => {
    const count = () => { el.textContent = String($$("[data-qy-narrow-by] input[type=checkbox]:checked").length); };
    document.addEventListener("change", count);
    count();
  });

  /* an article is looked for while one types: Enter does not hand the finding in */
  $$("[data-qy-look]").forEach((input) => {
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  });

  /* phrases go in where the cursor stands */
  $$("[data-qy-phrases]").forEach((box) => {
    box.hidden = false;
    const field = box.parentElement.querySelector("textarea");
    box.addEventListener("click", (event) => {
      const text = event.target.dataset.qyPhrase;
      if (!text || !field) return;
      const at = field.selectionStart || 0;
      field.value = field.value.slice(0, at) + text + field.value.slice(field.selectionEnd || at);
      const gap = field.value.indexOf("　　", at);
      field.focus();
      field.setSelectionRange(gap, gap + 2);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
  $$("[data-qy-live]").forEach((el) => { el.hidden = false; });
})();
