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

if (form) scoring();
else reviewing();

function reviewing() {
  for (const code of kept.flags) {
    const cell = review.querySelector(`[data-code="${code}"] td`);
    cell?.append(Object.assign(document.createElement("span"), { className: "badge warning", textContent: "Để xem lại" }));
  }
  const waiting = Object.keys(kept.pending).length;
  if (!waiting) return;
  const notice = document.createElement("p");
  notice.className = "notice danger";
  notice.textContent = `Còn ${waiting} lựa chọn trên máy này chưa gửi được. Mở lại phiếu để gửi trước khi ký.`;
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
  const undo = [];
  let current = rowOf(location.hash.slice(4)) ?? rows.find(empty) ?? rows[0];
  let sending = Promise.resolve();
  let wantsPaper = false;

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
    note(row, OFFLINE);
  }
  if (Object.keys(kept.pending).length) send();
  if (!location.hash) current.focus({ preventScroll: true });

  function changed(row) {
    const code = row.dataset.code;
    const answer = chosen(row);
    if (answer === undefined) return; // a reason alone waits for its choice
    if (answer !== last.get(row)) undo.push([row, last.get(row)]);
    last.set(row, answer);
    kept.pending[code] = { answer, reason: reason(row) };
    keep();
    send();
  }

  // One request at a time, so that the last choice is the last one stored.
  function send() {
    sending = sending.then(async () => {
      for (const [code, mark] of Object.entries(kept.pending)) await sendOne(code, mark);
    });
  }

  async function sendOne(code, mark) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("criterion", code);
    body.set("answer", mark.answer);
    body.set("reason", mark.reason);
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", body, headers: { Accept: "application/json" } });
      const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
      if (!isJson) return fail(code, answer.redirected || answer.status === 403 ? SIGNED_OUT : OFFLINE);
      const data = await answer.json();
      if (!answer.ok) return refuse(code, data.refusal);
      if (JSON.stringify(kept.pending[code]) === JSON.stringify(mark)) forget(code);
      show(data);
    } catch {
      fail(code, OFFLINE);
    }
  }

  function forget(code) {
    delete kept.pending[code];
    keep();
    note(rowOf(code), "");
  }

  function fail(code, sentence) {
    note(rowOf(code), sentence);
    clearTimeout(fail.timer);
    fail.timer = setTimeout(send, RETRY_MS);
  }

  // The rules said no: sending it again would not help.
  function refuse(code, sentence) {
    forget(code);
    note(rowOf(code), sentence);
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
    for (const row of rows) row.querySelector("[data-skip]").hidden = !data.skipped.includes(row.dataset.code);
  }

  async function go(address) {
    if (!address) return;
    await Promise.race([sending, new Promise((done) => setTimeout(done, 1500))]);
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
    if (pane().contains(event.target) && /^(Arrow|Page)/.test(event.key)) return; // and scroll the pages here
    const act = /^[1-9]$/.test(event.key) ? () => choose(Number(event.key)) : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  window.addEventListener("online", send);
}
