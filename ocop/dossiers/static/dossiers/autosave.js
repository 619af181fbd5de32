// Saves a form in the background a moment after each change. "Đã lưu" appears only after the server's answer; a failed
// save says so, keeps what was typed in the page and tries again when the line is back. Without this file the form's
// button does the same.
const WAIT = 800, AGAIN = 5000;

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);

function watch(form) {
  const note = form.querySelector("[data-saved]");
  let timer, busy = false, dirty = false;

  const later = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };
  form.addEventListener("input", () => { dirty = true; later(WAIT); });
  form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); });
  window.addEventListener("online", () => { if (dirty) later(0); });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  async function save() {
    if (busy) return later(WAIT);
    busy = true;
    dirty = false;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual",
      });
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (answer.ok && told.saved) show(told);
      else if (answer.status === 422 || answer.status === 409) tell(sentence(told), true);
      else if (answer.status < 500) tell("Chưa lưu. Mở lại trang rồi đăng nhập.", true);
      else fail();
    } catch {
      fail();
    } finally {
      busy = false;
    }
  }

  function fail() {
    dirty = true;
    tell("Mất mạng. Bài làm còn trên trang này, sẽ gửi khi có mạng.", true);
    later(AGAIN);
  }

  function show(told) {
    tell(`Đã lưu ${told.saved}.`, false);
    if (told.version !== undefined) form.elements.version.value = told.version;
    if (told.total === undefined) return;
    for (const place of document.querySelectorAll("[data-total]")) place.textContent = told.total;
    for (const place of document.querySelectorAll("[data-done]")) place.textContent = told.done;
    for (const place of document.querySelectorAll("[data-points]")) place.textContent = told.points[place.dataset.points];
  }

  function sentence(told) {
    if (told.errors) return Object.values(told.errors).flat().join(" ");
    return [told.what, told.why, told.next].filter(Boolean).join(" ") || "Chưa lưu. Mở lại trang rồi thử lại.";
  }

  function tell(text, failed) {
    note.textContent = text;
    note.classList.toggle("failed", failed);
  }
}
