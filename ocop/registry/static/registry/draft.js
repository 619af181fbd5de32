// Keeps what is typed into a form on this machine, with its time, until the server has taken it: a line that breaks, a
// phone that runs empty lose nothing. The form's own token goes with it, so that sending twice acts once. Signing out
// deletes it with every other draft of the person ("nhap:<user>:"). Without this module the form is a plain form.
const WAIT = 400;
const SKIP = "[type=hidden]:not([name=once]), [type=password], [type=file], [type=submit]";

for (const card of document.querySelectorAll("[data-draft]")) watch(card, card.querySelector("form"));

function watch(card, form) {
  const key = `nhap:${card.dataset.draft}:mang:${location.pathname}`;
  const note = card.querySelector("[data-draft-note]");
  const fields = [...form.elements].filter((field) => field.name && field.matches("input, textarea, select") && !field.matches(SKIP));
  const refused = form.querySelector("[role=alert]") !== null; // the server gave back what was typed
  let timer, waiting = false;

  if (!refused) giveBack();
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, WAIT); });
  form.addEventListener("submit", (event) => { event.preventDefault(); keep(); send(event.submitter); });
  window.addEventListener("online", () => { if (waiting) send(); });

  function keep() {
    const values = fields.map((field) => (field.matches("[type=radio], [type=checkbox]") ? field.checked : field.value));
    const names = fields.map((field) => field.name);
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), names, values }));
      tell(`Đã giữ trên máy này lúc ${clock(Date.now())}.`);
    } catch {
      tell("Máy không giữ được bản nháp. Gửi sớm để khỏi mất.");
    }
  }

  function giveBack() {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    if (!kept || kept.names.join() !== fields.map((field) => field.name).join()) return;
    fields.forEach((field, n) => {
      if (field.matches("[type=radio], [type=checkbox]")) field.checked = kept.values[n];
      else field.value = kept.values[n];
    });
    tell(`Đã lấy lại phần nhập dở lúc ${clock(kept.at)}. `);
    const drop = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: "Bỏ phần nhập dở" });
    drop.addEventListener("click", () => { localStorage.removeItem(key); location.reload(); });
    note.append(drop);
  }

  async function send(button = form.querySelector("[type=submit]")) {
    waiting = false;
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
      if (answer.ok && told.go) {
        localStorage.removeItem(key);
        location.assign(told.go);
      } else if (answer.redirected || answer.status === 403) {
        tell("Phiên đã hết. Phần nhập đã giữ trên máy này: đăng nhập rồi mở lại trang này để gửi.");
      } else if (answer.status >= 500) {
        tell("Máy chủ đang bận. Phần nhập đã giữ trên máy này, gửi lại sau ít phút.");
      } else {
        form.submit(); // the page of the server says what to mend
      }
    } catch {
      waiting = true;
      tell("Mất mạng. Bài làm đã lưu trên máy, sẽ gửi khi có mạng.");
    } finally {
      button.disabled = false;
    }
  }

  function tell(text) {
    note.textContent = text;
  }
}

function clock(moment) {
  return new Date(moment).toLocaleString("vi-VN", { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" });
}
