// The end of a session: told two minutes ahead. When it has ended, what was typed stays on this machine and is given
// back to the same person at the same page; signing out deletes it after asking. Without this file pages work as well.
const WARN_SECONDS = 120, AGAIN_SECONDS = 30;
const place = document.getElementById("phien");
if (place) watch(place);

function watch(place) {
  const words = place.querySelector("[role=alert]"), stay = place.querySelector("form"), enter = place.querySelector("a");
  const mine = `nhap:${place.dataset.user}:`, draft = mine + location.pathname + location.search;
  let ends, timer, over = false;

  lasts(Number(place.dataset.seconds));
  giveBack();

  function lasts(seconds) {
    ends = Date.now() + seconds * 1000;
    wake(seconds - WARN_SECONDS);
  }

  function wake(seconds) {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(0, seconds) * 1000);
  }

  // Other windows of the same person may have kept the session alive: the server knows.
  async function ask(options = {}) {
    if (over) return;
    let answer;
    try {
      answer = await fetch(stay.action, { redirect: "manual", headers: { Accept: "application/json" }, ...options });
    } catch {
      return wake(AGAIN_SECONDS); // no line: nobody knows
    }
    if (answer.status >= 500) return wake(AGAIN_SECONDS);
    const { user, seconds, final } = answer.ok ? await answer.json() : {};
    if (user !== Number(place.dataset.user)) return ended();
    lasts(seconds);
    if (seconds > WARN_SECONDS) return tell("");
    keep();
    tell(final ? "Phiên sẽ kết thúc sau 2 phút vì đã đủ 12 giờ. Lưu bài rồi đăng nhập lại." : "Phiên sẽ kết thúc sau 2 phút. Ở lại?");
    stay.hidden = final;
    wake(seconds + 1);
  }

  function ended() {
    over = true;
    const kept = keep();
    enter.href = `${place.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    stay.hidden = true;
    place.classList.add("over");
    tell(`Phiên đã kết thúc.${kept ? " Phần đang nhập đã giữ trên máy này." : ""} Đăng nhập lại để làm tiếp.`);
  }

  function tell(sentence) {
    place.classList.toggle("on", Boolean(sentence));
    if (words.textContent !== sentence) words.textContent = sentence;
  }

  stay.addEventListener("submit", (event) => {
    event.preventDefault();
    ask({ method: "POST", body: new FormData(stay) });
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() > ends - WARN_SECONDS * 1000) ask();
  });
  // A form sent into a dead session would be lost.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("main form[method=post]")) return;
    if (!over && Date.now() < ends) return localStorage.removeItem(draft);
    event.preventDefault();
    event.stopPropagation();
    if (over) enter.focus();
    else ask();
  }, true);

  function forms() {
    return [...document.querySelectorAll("main form[method=post]:not([data-sheet])")]; // a sheet keeps its own
  }

  function fields(form) {
    return [...form.elements].filter((one) => one.name && one.matches("textarea, select, input:not([type=hidden], [type=password], [type=file], [type=submit])"));
  }

  function changed(field) {
    if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
    if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.value !== field.defaultValue;
  }

  function keep() {
    const typed = forms().map((form) => fields(form).flatMap((field, n) => (changed(field) ? [[n, field.value, field.checked]] : [])));
    if (!typed.some((one) => one.length)) return false;
    localStorage.setItem(draft, JSON.stringify({ at: Date.now(), typed }));
    return true;
  }

  function giveBack() {
    const text = localStorage.getItem(draft);
    if (!text) return;
    localStorage.removeItem(draft);
    const { at, typed } = JSON.parse(text);
    forms().forEach((form, n) => {
      const all = fields(form);
      for (const [place, value, checked] of typed[n] ?? []) {
        const field = all[place];
        if (!field) continue;
        if (field.matches("[type=radio], [type=checkbox]")) field.checked = checked;
        else field.value = value;
        for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true })); // an autosave sends it
      }
    });
    const notice = Object.assign(document.createElement("p"), { className: "notice info" });
    notice.setAttribute("role", "status");
    notice.textContent = `Đã đưa lại phần nhập dở lúc ${new Date(at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" })}. Kiểm tra rồi gửi.`;
    document.querySelector("main").prepend(notice);
  }

  const dialog = document.getElementById("con-giu"), exit = document.querySelector("[data-sign-out]");
  exit?.addEventListener("submit", (event) => {
    if (!waiting().length) return;
    event.preventDefault();
    dialog.showModal();
  });
  dialog.querySelector("[data-stay]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-delete]").addEventListener("click", () => {
    for (const key of waiting()) localStorage.removeItem(key);
    const files = indexedDB.deleteDatabase(`ocop-uploads-${place.dataset.user}`); // what upload.js has not sent yet
    files.onsuccess = files.onerror = files.onblocked = () => exit.submit();
  });

  // Drafts of this person: forms kept above, and choices on scoring sheets that no answer has confirmed (sheet.js).
  function waiting() {
    return Object.keys(localStorage).filter((key) => {
      if (key.startsWith(mine)) return true;
      if (!key.startsWith(`phieu-${place.dataset.user}-`)) return false;
      return Object.keys(JSON.parse(localStorage.getItem(key)).pending ?? {}).length > 0;
    });
  }
}
