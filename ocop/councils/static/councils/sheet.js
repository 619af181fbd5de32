// The scoring sheet: each choice is saved when made, kept on this machine while it cannot be, and has its key.
// Without this module the page is one plain form per group.

const form = document.getElementById("phieu");
const review = document.querySelector(".review[data-sheet]");
const sheet = (form ?? review).dataset.sheet;
const key = `phieu-${sheet}`;
const RETRY_MS = 5000;
const OFFLINE = "Mất mạng. Lựa chọn đã giữ trên máy này, sẽ gửi khi có mạng.";
const SIGNED_OUT = "Phiên đăng nhập đã đổi. Lựa chọn đã giữ trên máy này: đăng nhập rồi tải lại trang để gửi.";

const kept = { pending: {}, flags: [], keysOff: false, ...JSON.parse(localStorage.getItem(key) ?? "{}") };
const keep = () => localStorage.setItem(key, JSON.stringify(kept));
window.addEventListener("storage", (event) => {
  if (event.key === key) Object.assign(kept, JSON.parse(event.newValue ?? '{"pending":{}}')); // another tab of this sheet
});

if (form) scoring();
else reviewing();

function reviewing() {
  for (const code of kept.flags) {
    const cell = review.querySelector(`[data-code="${code}"] td`);
    cell?.append(Object.assign(document.createElement("span"), { className: "badge warning", textContent: "Để xem lại" }));
  }
  const waiting = Object.keys(kept.pending);
  if (!waiting.length) return;
  const notice = document.createElement("p");
  notice.className = "notice danger";
  notice.setAttribute("role", "status");
  const where = `${waiting.length} điểm chọn trên máy này (tiêu chí ${waiting.join(", ")})`;
  if ("signed" in review.dataset) {
    notice.textContent = `${where} chưa gửi được trước khi ký nên không có trong phiếu.`;
    kept.pending = {};
    keep();
  } else notice.textContent = `${where} chưa gửi được. Mở lại phiếu để gửi trước khi ký.`;
  review.prepend(notice);
}

function scoring() {
  const rows = [...form.querySelectorAll(".criterion")];
  const rowOf = (code) => rows.find((row) => row.dataset.code === code);
  const radios = (row) => [...row.querySelectorAll("input[type=radio]")];
  const chosen = (row) => radios(row).find((radio) => radio.checked)?.value;
  const reason = (row) => row.querySelector("textarea").value;
  const empty = (row) => chosen(row) === undefined && row.querySelector("[data-skip]").hidden;
  const last = new Map(rows.map((row) => [row, chosen(row)]));
  // The marks as this page last saw them stored, null for none: what is sent says over which one it was chosen.
  const stored = new Map(rows.map((row) => [row.dataset.code, chosen(row) === undefined ? null : { answer: chosen(row), reason: reason(row).trim() }]));
  const undo = [];
  const unsent = document.getElementById("chua-gui");
  let current = rowOf(location.hash.slice(4)) ?? rows.find(empty) ?? rows[0];
  let sending = Promise.resolve();
  let wantsPaper = false;
  let cut = false; // the last sending did not arrive

  for (const row of rows) {
    row.tabIndex = -1;
    row.addEventListener("focusin", () => (current = row));
    row.addEventListener("change", () => changed(row));
    const flag = row.querySelector("[data-flag]");
    flag.hidden = false;
    flag.addEventListener("click", () => toggleFlag(row));
    showFlag(row);
  }
  for (const [code, { answer, reason: text }] of Object.entries(kept.pending)) {
    const row = rowOf(code);
    if (!row) continue;
    for (const radio of radios(row)) radio.checked = radio.value === answer;
    row.querySelector("textarea").value = text;
    last.set(row, answer);
    note(row, OFFLINE);
  }
  tellWaiting();
  if (Object.keys(kept.pending).length) send();
  if (!location.hash) current.focus({ preventScroll: current === rows[0] });

  function changed(row) {
    const code = row.dataset.code;
    const answer = chosen(row);
    if (answer === undefined) return; // a reason alone waits for its choice
    if (answer !== last.get(row)) undo.push([row, last.get(row)]);
    last.set(row, answer);
    const { seen = stored.get(code), sent = [] } = kept.pending[code] ?? {};
    kept.pending[code] = { answer, reason: reason(row), seen, sent };
    keep();
    tellWaiting();
    send();
  }

  // One request at a time, so that the last choice is the last one stored.
  function send() {
    clearTimeout(fail.timer);
    sending = sending.then(async () => {
      for (const code of Object.keys(kept.pending)) await sendOne(code);
    });
  }

  const same = (one, other) => one?.answer === other?.answer && one?.reason.trim() === other?.reason.trim();

  async function sendOne(code) {
    if (!kept.pending[code]) return; // let go in the meantime
    const { answer, reason: text, seen, sent } = kept.pending[code];
    const mark = { answer, reason: text };
    if (!sent.some((one) => same(one, mark))) sent.push(mark);
    keep();
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("criterion", code);
    body.set("answer", answer);
    body.set("reason", text);
    body.set("seen", seen?.answer ?? "");
    body.set("seen_reason", seen?.reason ?? "");
    try {
      const reply = await fetch(form.dataset.save, { method: "POST", body, headers: { Accept: "application/json" } });
      const isJson = reply.headers.get("Content-Type")?.startsWith("application/json");
      if (!isJson) return fail(code, reply.redirected || reply.status === 403 ? SIGNED_OUT : OFFLINE);
      cut = false;
      const data = await reply.json();
      if (data.stored && sent.some((one) => same(one, data.stored))) return again(code, data.stored); // its answer was lost
      if (data.stored) return ask(code, data.stored);
      if (!reply.ok) return refuse(code, data);
      stored.set(code, mark);
      if (same(kept.pending[code], mark)) forget(code);
      else Object.assign(kept.pending[code], { seen: mark, sent: [] });
      show(data);
    } catch {
      fail(code, OFFLINE);
    }
  }

  function again(code, found) {
    Object.assign(kept.pending[code], { seen: found, sent: [] });
    return sendOne(code);
  }

  // Another mark was stored elsewhere in the meantime: the member picks.
  function ask(code, found) {
    const row = rowOf(code);
    if (!row) return;
    const option = radios(row).find((radio) => radio.value === found.answer)?.nextElementSibling.textContent ?? "";
    note(row, `Nơi khác đã lưu tiêu chí này: “${option}”${found.reason && `, lý do “${found.reason}”`}. Giữ mức nào?`);
    const pick = (words, act) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: words });
      button.addEventListener("click", act);
      return button;
    };
    const buttons = Object.assign(document.createElement("span"), { className: "actions" });
    buttons.append(
      pick("Giữ mức đã lưu", () => {
        for (const radio of radios(row)) radio.checked = radio.value === found.answer;
        row.querySelector("textarea").value = found.reason;
        last.set(row, found.answer);
        stored.set(code, found);
        forget(code);
        goTo(row);
      }),
      pick("Dùng mức trên máy này", () => {
        Object.assign(kept.pending[code], { seen: found, sent: [] });
        send();
        goTo(row);
      }),
    );
    row.querySelector("[data-note]").append(buttons);
  }

  function forget(code) {
    delete kept.pending[code];
    keep();
    tellWaiting();
    note(rowOf(code), "");
  }

  function fail(code, sentence) {
    cut = true;
    note(rowOf(code), sentence);
    clearTimeout(fail.timer);
    fail.timer = setTimeout(send, RETRY_MS);
  }

  // The rules said no. What may be allowed later (present, session open) stays here until it is.
  function refuse(code, { refusal, final }) {
    if (final) forget(code);
    note(rowOf(code), refusal);
  }

  function tellWaiting() {
    const codes = Object.keys(kept.pending);
    unsent.hidden = !codes.length;
    unsent.firstElementChild.textContent = `Chưa gửi ${codes.length} điểm (tiêu chí ${codes.join(", ")})`;
  }

  function note(row, sentence) {
    if (!row) return;
    row.classList.toggle("unsaved", Boolean(sentence));
    const place = row.querySelector("[data-note]");
    place.hidden = !sentence;
    place.textContent = sentence;
  }

  function show(data) {
    document.getElementById("da-luu").textContent = `Đã lưu ${data.saved}`;
    document.querySelector("[data-total]").textContent = data.total;
    document.querySelector("[data-answered]").textContent = data.answered;
    document.querySelector("[data-needed]").textContent = data.needed;
    const left = data.needed - data.answered;
    document.querySelector("[data-missing]").textContent = left ? `Còn ${left} tiêu chí chưa chấm.` : "Đã chấm đủ tiêu chí.";
    for (const [part, points] of Object.entries(data.parts)) document.querySelector(`[data-part="${part}"]`).textContent = points;
    for (const [code, [done, all]] of Object.entries(data.groups)) {
      const item = document.querySelector(`[data-group="${code}"]`);
      item.classList.toggle("done", done === all);
      item.querySelector("[data-count]").textContent = `${done}/${all}`;
    }
    for (const row of rows) {
      row.querySelector("[data-skip]").hidden = !data.skipped.includes(row.dataset.code);
      const due = row.querySelector("[data-due]"), why = data.reasons[row.dataset.code];
      due.hidden = !why;
      if (!why) continue;
      due.lastElementChild.textContent = `Cần ghi lý do: ${why}.`;
      row.querySelector("details").open = true;
    }
  }

  async function go(address) {
    if (!address) return;
    await Promise.race([sending, new Promise((done) => setTimeout(done, 1500))]);
    if (cut || !navigator.onLine) return tellWaiting(); // the next page would not come: go on here
    location.assign(address);
  }

  function goTo(row) {
    current = row;
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  function choose(number) {
    const radio = radios(current)[number - 1];
    if (!radio) return;
    const first = empty(current);
    const row = current;
    radio.checked = true;
    changed(row);
    if (!first) return goTo(row);
    const next = rows.slice(rows.indexOf(row) + 1).find(empty) ?? rows.find(empty);
    if (next) goTo(next);
    else go(form.dataset.next);
  }

  function step(by) {
    const next = rows[rows.indexOf(current) + by];
    if (next) goTo(next);
    else go(by > 0 ? form.dataset.next : form.dataset.before);
  }

  function takeBack() {
    const [row, value] = undo.pop() ?? [];
    if (!row || value === undefined) return;
    for (const radio of radios(row)) radio.checked = radio.value === value;
    last.set(row, value);
    changed(row);
    goTo(row);
  }

  function toggleFlag(row) {
    const code = row.dataset.code;
    kept.flags = kept.flags.includes(code) ? kept.flags.filter((other) => other !== code) : [...kept.flags, code];
    keep();
    showFlag(row);
  }

  function showFlag(row) {
    const on = kept.flags.includes(row.dataset.code);
    row.classList.toggle("flagged", on);
    row.querySelector("[data-flag]").setAttribute("aria-pressed", on);
  }

  function openReason() {
    const details = current.querySelector("details");
    details.open = true;
    details.querySelector("textarea").focus();
  }

  const pane = () => document.getElementById("minh-chung");
  const focusPane = () => (pane().querySelector("[data-pages]") ?? pane()).focus(); // arrows scroll the pages there

  function openPaper() {
    const ids = [...current.querySelectorAll(".pins a")].map((link) => link.dataset.evidence);
    if (!ids.length || ids.includes(pane().dataset.evidence)) return focusPane();
    wantsPaper = true;
    current.querySelector(".pins a").click();
  }
  document.body.addEventListener("htmx:afterSettle", () => {
    if (wantsPaper) focusPane();
    else if (pane().getBoundingClientRect().top > window.innerHeight / 2) pane().scrollIntoView(); // below, on a phone
    wantsPaper = false;
  });

  const dialog = document.getElementById("phim");
  const opener = document.getElementById("mo-phim");
  const off = document.getElementById("tat-phim");
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  off.checked = kept.keysOff;
  off.addEventListener("change", () => {
    kept.keysOff = off.checked;
    keep();
    tellPages();
  });
  const tellPages = () => (document.documentElement.dataset.keys = kept.keysOff ? "off" : "on"); // to pages.js
  tellPages();

  const keys = {
    ArrowUp: () => step(-1),
    ArrowDown: () => step(1),
    PageUp: () => go(form.dataset.before),
    PageDown: () => go(form.dataset.next),
    k: () => step(-1),
    j: () => step(1),
    Enter: () => step(1),
    n: openReason,
    f: () => toggleFlag(current),
    e: openPaper,
    u: takeBack,
    "?": () => dialog.showModal(),
    Escape: () => goTo(current),
  };
  document.addEventListener("keydown", (event) => {
    if (kept.keysOff || dialog.open) return;
    if (event.ctrlKey && event.key === "Enter") return void go(form.dataset.review);
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target.matches("textarea, input:not([type=radio]), select");
    if (typing && event.key !== "Escape") return;
    if (event.target.matches("input[type=radio]") && event.key.startsWith("Arrow")) return; // arrows choose there
    if (event.key === "Enter" && !event.target.matches("body, .criterion, input[type=radio]")) return; // presses what has the focus
    if (pane().contains(event.target) && /^(Arrow|Page)/.test(event.key)) return; // and scroll the pages here
    const act = /^[1-9]$/.test(event.key) ? () => choose(Number(event.key)) : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // every choice is on its way already, each over the one that this page saw
    go(form.dataset.next);
  });
  unsent.querySelector("button").addEventListener("click", send);
  window.addEventListener("online", send);
}
