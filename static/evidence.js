/* Evidence by dragging, by pasting or by the camera: each file becomes a row of its own. Without this the rows take files
   as they are. Elements are found by data-qy-… only. Floor: Chromium 78. */
(function () {
  "use strict";
  const zone = document.querySelector("[data-qy-drop]");
  if (!zone) return;
  const form = zone.closest("form");
  const rows = () => Array.from(form.querySelectorAll("[data-qy-evidence]"));
  const fieldOf = (row) => row.querySelector("input[type=file]");
  const part = (row, name) => row.querySelector("[name$='-" + name + "']");
  const isFree = (row) => !fieldOf(row).files.length && !part(row, "filed").value && !row.querySelector("[name=_pending]");
  zone.hidden = false;

  function freeRow() {
    const free = rows().filter(isFree)[0];
    if (free) return free;
    form.querySelector("[data-qy-addrow='" + zone.dataset.qyDrop + "']").click();
    return rows()[rows().length - 1];
  }

  function put(file) {
    const row = freeRow();
    const field = fieldOf(row);
    const given = new DataTransfer();
    given.items.add(file);
    field.files = given.files;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    return field.files.length ? row : null;  // what the server would refuse is said beside the field, and not kept
  }

  const two = (n) => String(n).padStart(2, "0");
  const now = () => { const d = new Date(); return d.getFullYear() + "-" + two(d.getMonth() + 1) + "-" + two(d.getDate()); };
  const moment = () => { const d = new Date(); return now().replace(/-/g, "") + two(d.getHours()) + two(d.getMinutes()) + two(d.getSeconds()); };
  const renamed = (file, name, n) => new File([file], name + "-" + moment() + (n ? "-" + (n + 1) : "") + (file.name.match(/\.[^.]+$/) || [".png"])[0], { type: file.type });

  function count() {
    const chosen = rows().reduce((n, row) => n + (fieldOf(row).files.length || (part(row, "filed").value ? 1 : 0)), 0);
    const all = Number(zone.dataset.qyThere) + chosen;
    const note = zone.querySelector("[data-qy-count]");
    const tooMany = all > Number(zone.dataset.qyMany);
    note.textContent = !chosen ? "" : "已选 " + chosen + " 件" + (tooMany ? "，这条措施共 " + all + " 件，超过 " + zone.dataset.qyMany + " 件：请只留能证明的" : "");
    note.classList.toggle("qy-soon", tooMany);
  }
  form.addEventListener("change", count);

  /* dragged */
  let over = 0;
  const holdsFiles = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).indexOf("Files") >= 0;
  const light = () => zone.classList.toggle("qy-over", over > 0);
  document.addEventListener("dragenter", (event) => { if (holdsFiles(event)) { over += 1; light(); } });
  document.addEventListener("dragleave", (event) => { if (holdsFiles(event)) { over -= 1; light(); } });
  document.addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    over = 0;
    light();
    if (event.target.matches && event.target.matches("input[type=file]")) return;  // onto the very field
    event.preventDefault();
    Array.from(event.dataTransfer.files).forEach(put);
  });

  /* pasted: a picture has no name of its own; where there is text as well (from a table, a page), the text is meant */
  document.addEventListener("paste", (event) => {
    const held = event.clipboardData;
    if (!held || !held.files.length || held.getData("text/plain")) return;
    event.preventDefault();
    Array.from(held.files).forEach((file, n) => put(/^image\.\w+$/.test(file.name) ? renamed(file, "粘贴", n) : file));
  });

  /* chosen, or taken now */
  function ask(set, then) {
    const field = document.createElement("input");
    Object.assign(field, { type: "file" }, set);
    field.addEventListener("change", () => Array.from(field.files).forEach(then));
    field.click();
  }
  zone.querySelector("[data-qy-choose]").addEventListener("click", () => ask({ multiple: true, accept: fieldOf(rows()[0]).accept }, put));
  zone.querySelector("[data-qy-camera]").addEventListener("click", () => ask({ accept: "image/*", capture: "environment" }, (file, n) => {
    const row = put(renamed(file, "现场照片", n));
    if (!row) return;
    part(row, "kind").value = "photo";
    part(row, "formed_on").value = now();
  }));
})();
