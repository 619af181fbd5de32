// Sends the files of a form in pieces before the form itself (tus 1.0). What is still to be sent is kept on the device,
// so that it goes on after the line breaks or the browser restarts. Without this file the browser's own field sends one
// file with its form. Addresses and words: components/upload.html; the server's part: kernel/files/views.py.
const KB = 1024, MB = 1024 * KB;
const MOST = 20 * MB, PIECE = 256 * KB, SMALLEST = 64 * KB, LARGEST = MB;
const SLOW_MS = 8000, QUICK_MS = 1500, PATIENCE_MS = 90_000;
const AGAIN_MS = [2000, 5000, 10_000, 30_000], SCAN_MS = 15_000;
const SIDE = 2400, LIGHT = 1.5 * MB, QUALITY = 0.85; // of a photo: A4 at 200 dots an inch
const KEPT_MS = 48 * 3600 * 1000; // as long as the server keeps what no form took
const PICTURES = ["image/jpeg", "image/png", "image/webp"];
const SIGNED_OUT = "Phiên làm việc đã hết. Tệp vẫn giữ trên máy này: đăng nhập lại, mở trang này để gửi tiếp.";

// ---- the device's own store: one for each person, so that signing out can delete it (session.js) ----

const owner = document.querySelector("[data-upload]").dataset.owner;

const store = (() => {
  const marker = `nhap:${owner}:tep`; // as long as it stands, signing out asks first
  let opened;
  const base = () => (opened ??= new Promise((done, failed) => {
    const wish = indexedDB.open(`ocop-uploads-${owner}`, 1);
    wish.onupgradeneeded = () => wish.result.createObjectStore("files", { keyPath: "key" });
    wish.onerror = () => failed(wish.error);
    wish.onsuccess = () => {
      wish.result.onversionchange = () => wish.result.close(); // it is being deleted
      done(wish.result);
    };
  }));
  const run = async (mode, act) => {
    const files = (await base()).transaction("files", mode).objectStore("files");
    return new Promise((done, failed) => {
      const wish = act(files);
      wish.onsuccess = () => done(wish.result);
      wish.onerror = () => failed(wish.error);
    });
  };
  const all = () => run("readonly", (files) => files.getAll());
  const write = async (act) => {
    try {
      await run("readwrite", act);
      if ((await all()).some((row) => row.bytes)) localStorage.setItem(marker, "1");
      else localStorage.removeItem(marker);
    } catch { /* a private window may have no store: then the files live as long as the page */ }
  };
  return {
    all: () => all().catch(() => []),
    put: (row) => write((files) => files.put(row)),
    drop: (key) => write((files) => files.delete(key)),
  };
})();

// ---- one field ----

class Uploads {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.input = box.querySelector('input[type="file"]');
    const [frame, row] = box.querySelectorAll("template");
    this.row = row.content.firstElementChild;
    box.append(frame.content.cloneNode(true));
    this.list = box.querySelector(".upload-list");
    this.join = box.querySelector(".upload-join");
    this.apart = box.querySelector(".upload-apart");
    this.told = box.querySelector("[data-told]");
    this.alert = box.querySelector("[data-alert]");
    this.many = "many" in box.dataset;
    this.place = `${location.pathname}#${box.dataset.name}`;
    this.items = [];
    this.running = this.waits = null;
    this.listen();
    this.restore();
  }

  listen() {
    const { box, input, form } = this;
    box.classList.add("live");
    input.tabIndex = -1;
    input.multiple = this.many;
    input.addEventListener("change", () => this.add([...input.files]));
    box.querySelector("[data-choose]").addEventListener("click", () => { input.removeAttribute("capture"); input.click(); });
    box.querySelector("[data-camera]")?.addEventListener("click", () => { input.setAttribute("capture", "environment"); input.click(); });
    input.addEventListener("focus", () => box.querySelector("[data-choose]").focus()); // links of errors point at the field
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", (event) => { event.preventDefault(); this.add([...event.dataTransfer.files]); });
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) this.act(this.items.find((item) => item.row.contains(button)), button.dataset.act);
    });
    this.join.addEventListener("change", () => this.draw());
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("online", () => this.items.forEach((item) => this.wake(item)));
  }

  get live() { return this.items.filter((item) => item.state !== "refused"); }

  // Files of an earlier visit: still to be sent, or whole on the server and waiting for their form.
  async restore() {
    const codes = [...this.box.querySelectorAll("[data-code]")].map((hidden) => hidden.value);
    for (const hidden of this.box.querySelectorAll("[data-code], [data-joined]")) hidden.remove();
    const kept = (await store.all()).sort((a, b) => a.at - b.at);
    for (const row of kept) {
      const code = row.url?.split("/").at(-2);
      if (Date.now() - row.at > KEPT_MS) await store.drop(row.key);
      else if (row.place === this.place || codes.includes(code)) this.show(row);
    }
    for (const code of codes) {
      if (!this.items.some((item) => item.url?.includes(code))) {
        this.show({ key: crypto.randomUUID(), url: `${this.box.dataset.uploads}${code}/`, name: "", size: 0, at: Date.now(), place: this.place });
      }
    }
    this.items.sort((a, b) => codes.findIndex((code) => a.url?.includes(code)) - codes.findIndex((code) => b.url?.includes(code)));
    this.draw();
    this.run();
  }

  async add(files) {
    this.input.value = ""; // the form sends codes, not the files again
    this.warn("");
    if (!this.many) {
      files = files.slice(0, 1);
      for (const item of [...this.items]) await this.drop(item);
    }
    for (const file of files) {
      const item = this.show({ key: crypto.randomUUID(), name: plain(file.name), size: file.size, at: Date.now(), place: this.place });
      item.state = "preparing";
      this.draw();
      try {
        await this.prepare(item, file);
      } catch {
        this.refuse(item, "Không đọc được tệp này trên máy. Chọn lại tệp.");
      }
    }
    this.run();
  }

  async prepare(item, file) {
    const bytes = await reduced(file);
    if (bytes !== file) item.name = item.name.replace(/\.[^.]*$/, "") + ".jpg";
    item.size = bytes.size;
    if (item.size > MOST) return this.refuse(item, "Tệp nặng quá 20 MB. Hãy tách từng trang hoặc giảm cỡ ảnh.");
    if (!item.size) return this.refuse(item, "Tệp rỗng, không có nội dung. Chọn lại tệp.");
    const digest = await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer());
    item.sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    item.type = bytes.type;
    // A copy of the bytes: a handle to the camera's file may be gone after a restart.
    item.bytes = new Blob([await bytes.arrayBuffer()], { type: bytes.type });
    item.state = "queued";
    await this.keep(item);
    thumbnail(item);
    this.draw();
  }

  show(row) {
    const item = { ...row, state: "queued", sent: 0, speed: 0, tries: 0, row: this.row.cloneNode(true) };
    this.items.push(item);
    this.list.append(item.row);
    if (item.bytes) thumbnail(item);
    else item.row.hidden = Boolean(item.url); // until the server has said what became of it
    return item;
  }

  keep(item) {
    const { key, place, name, size, type, sha256, bytes, url, at } = item;
    return store.put({ key, place, name, size, type, sha256, bytes, url, at });
  }

  // ---- sending: one file at a time, so that a slow line finishes something ----

  async run() {
    if (this.running) return;
    this.running = true;
    for (let item; (item = this.items.find((one) => one.state === "queued"));) {
      item.state = "sending";
      this.draw();
      try {
        await this.send(item);
      } catch (trouble) {
        this.broken(item, trouble);
      }
      this.draw();
    }
    this.running = null;
    this.finish();
  }

  async send(item) {
    let size = PIECE;
    while (item.state === "sending") {
      if (!item.url) await this.begin(item);
      const now = await this.ask(item);
      if (!now) continue; // the server forgot it: begin again
      this.progress(item, now.offset);
      if (now.state !== "arriving") return this.arrived(item, now);
      if (!item.bytes) return this.refuse(item, "Tệp mới gửi được một phần và không còn trên máy này. Chọn lại tệp để gửi tiếp.");
      const started = performance.now();
      const piece = item.bytes.slice(now.offset, now.offset + size);
      item.stop = new AbortController();
      const answer = await this.fetch(item.url, {
        method: "PATCH", body: piece, stop: item.stop,
        headers: { "Upload-Offset": now.offset, "Content-Type": "application/offset+octet-stream" },
      });
      if (answer.status === 422) return this.refuse(item, sentence(await answer.json()));
      if (answer.status === 423) await pause(1000);
      else if (!answer.ok && answer.status !== 409) throw new Error(answer.status);
      const took = performance.now() - started;
      item.speed = piece.size / took;
      item.tries = 0;
      if (took > SLOW_MS) size = Math.max(SMALLEST, size / 2);
      else if (took < QUICK_MS) size = Math.min(LARGEST, size * 2);
    }
  }

  async begin(item) {
    const answer = await this.fetch(this.box.dataset.upload, {
      method: "POST",
      headers: { "Upload-Length": item.size, "Upload-Metadata": `filename ${base64(item.name)},sha256 ${base64(item.sha256)}` },
    });
    if (answer.status === 422 || answer.status === 409) return this.refuse(item, sentence(await answer.json()));
    if (answer.status !== 201) throw new Error(answer.status);
    item.url = answer.headers.get("Location");
    await this.keep(item);
  }

  // What the server has; nothing where it has forgotten the file.
  async ask(item) {
    if (item.state !== "sending") return null;
    const answer = await this.fetch(item.url, { method: "GET" });
    if (answer.status === 404) {
      if (!item.bytes) this.refuse(item, "Máy chủ không còn tệp này. Chọn lại tệp.");
      item.url = undefined;
      return null;
    }
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  async fetch(url, options) {
    const token = this.form.elements.csrfmiddlewaretoken.value;
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token, Accept: "application/json", ...options.headers };
    const stop = options.stop ?? new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE_MS);
    const answer = await fetch(url, { ...options, headers, signal: stop.signal, redirect: "manual" }).finally(() => clearTimeout(late));
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("signed out");
    return answer;
  }

  async arrived(item, now) {
    item.name ||= now.name;
    item.size = now.size;
    item.code = now.code;
    if (now.taken) return this.drop(item); // its form was sent
    item.row.hidden = false;
    if (now.state === "refused") return this.refuse(item, now.why);
    item.state = now.state; // ready, or waiting for the scanner
    if (item.bytes) {
      item.bytes = undefined; // the server has it all
      await this.keep(item);
    }
    if (now.state === "waiting") setTimeout(() => this.wake(item), SCAN_MS);
  }

  broken(item, trouble) {
    if (item.state !== "sending") return; // stopped by its owner
    if (trouble.message === "signed out") {
      item.state = "stopped";
      item.line = SIGNED_OUT;
      this.warn(SIGNED_OUT);
      return;
    }
    item.state = "offline";
    this.warn("Mất mạng. Tệp được giữ trên máy này và tự gửi tiếp khi có mạng.");
    const delay = AGAIN_MS[Math.min(item.tries++, AGAIN_MS.length - 1)];
    setTimeout(() => this.wake(item), delay);
  }

  wake(item) {
    if (item.state !== "offline" && item.state !== "waiting") return;
    item.state = "queued";
    this.run();
  }

  refuse(item, why) {
    item.state = "refused";
    item.row.hidden = false;
    item.line = why;
    item.bytes = undefined;
    store.drop(item.key);
    this.tell(`${item.name}: ${why}`);
    this.draw();
  }

  async drop(item) {
    item.state = "dropped";
    item.stop?.abort();
    this.items = this.items.filter((one) => one !== item);
    item.row.remove();
    await store.drop(item.key);
    this.draw();
  }

  // ---- what a person does ----

  act(item, name) {
    const place = this.items.indexOf(item);
    if (name === "drop") {
      if (item.url) this.fetch(item.url, { method: "DELETE" }).catch(() => {}); // forgotten there after 48 hours anyway
      const next = this.items[place + 1] ?? this.items[place - 1];
      this.drop(item);
      (next?.row.querySelector('[data-act="drop"]') ?? this.box.querySelector("[data-choose]")).focus();
      return this.finish();
    }
    if (name === "stop") {
      item.state = "stopped";
      item.line = "Đã dừng, phần đã gửi vẫn giữ.";
      item.stop?.abort();
      this.draw();
      return item.row.querySelector('[data-act="go"]').focus();
    }
    if (name === "go") {
      item.state = "queued";
      this.warn("");
      this.draw();
      item.row.querySelector('[data-act="stop"]').focus();
      return this.run();
    }
    const other = place + (name === "up" ? -1 : 1);
    [this.items[place], this.items[other]] = [this.items[other], this.items[place]];
    this.draw();
    const again = item.row.querySelector(`[data-act="${name}"]`);
    (again.hidden ? item.row.querySelector(`[data-act="${name === "up" ? "down" : "up"}"]`) : again).focus();
    this.tell(`${item.name}: thứ ${other + 1} trong ${this.items.length}`);
  }

  submitted(event) {
    if (event.defaultPrevented) return;
    const busy = this.live.filter((item) => item.state !== "ready");
    if (!busy.length) return this.give();
    event.preventDefault();
    if (busy.some((item) => item.state === "waiting")) return this.warn("Tệp đang chờ quét vi-rút. Trang tự kiểm tra lại; quét xong sẽ gửi.", event);
    this.warn(busy.some((item) => item.state === "stopped") ? "Còn tệp đang dừng: gửi tiếp hoặc bỏ tệp đó." : "Đang tải nốt tệp. Biểu mẫu tự gửi khi xong.", event);
  }

  // A wish to send the form is kept until the last file is there.
  finish() {
    this.draw();
    if (!this.waits || this.live.some((item) => item.state !== "ready")) return;
    if (this.items.some((item) => item.state === "refused")) return (this.waits = null);
    const { submitter } = this.waits;
    this.waits = null;
    this.form.requestSubmit(submitter);
  }

  give() {
    for (const hidden of this.box.querySelectorAll("[data-code]")) hidden.remove();
    for (const item of this.live) {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: this.box.dataset.name, value: item.code });
      hidden.dataset.code = "";
      this.box.append(hidden);
    }
    this.join.querySelector("input").disabled = this.join.hidden;
  }

  // ---- what is seen and heard ----

  progress(item, sent) {
    const quarter = (bytes) => Math.floor((4 * bytes) / item.size);
    if (item.sent && quarter(sent) > quarter(item.sent)) this.tell(`${item.name}: đã gửi ${quarter(sent) * 25} %`);
    item.sent = sent;
    this.draw();
  }

  draw() {
    const live = this.live, last = this.items.length - 1;
    const pictures = live.length > 1 && live.every((item) => /\.(jpe?g|png|webp)$/i.test(item.name));
    this.join.hidden = !pictures;
    this.apart.hidden = live.length < 2 || (pictures && this.join.querySelector("input").checked);
    this.items.forEach((item, place) => {
      const { row, state } = item;
      const bar = row.querySelector("progress");
      if (this.list.children[place] !== row) this.list.insertBefore(row, this.list.children[place]);
      row.dataset.state = state;
      row.querySelector(".upload-name").textContent = item.name;
      row.querySelector("[data-line]").textContent = line(item);
      bar.hidden = ["refused", "ready", "waiting"].includes(state);
      if (item.size) bar.value = (100 * item.sent) / item.size;
      const may = {
        up: this.many && place > 0, down: this.many && place < last,
        stop: ["queued", "sending", "offline"].includes(state), go: state === "stopped", drop: state !== "preparing",
      };
      for (const button of row.querySelectorAll("[data-act]")) {
        button.hidden = !may[button.dataset.act];
        const label = button.querySelector(".unseen");
        if (label && !label.dataset.full) label.dataset.full = label.textContent;
        if (label) label.textContent = label.dataset.full + item.name;
        else button.setAttribute("aria-label", `${button.textContent.trim()}: ${item.name}`);
      }
    });
    if (!live.some((item) => item.state === "offline" || item.line === SIGNED_OUT) && !this.waits) this.warn("");
  }

  tell(words) { this.told.textContent = words; }

  warn(words, event) {
    if (event) this.waits = { submitter: event.submitter };
    if (!words) this.waits = null;
    this.alert.hidden = !words;
    if (this.alert.textContent !== words) this.alert.textContent = words;
  }
}

// ---- helpers ----

function line(item) {
  if (item.state === "refused" || item.state === "stopped") return item.line;
  const small = item.size < MB;
  const size = small ? `${Math.ceil(item.size / KB)} KB` : `${megabytes(item.size)} MB`;
  const part = small ? size : `${megabytes(item.sent)} / ${size}`;
  if (item.state === "preparing") return "Đang chuẩn bị tệp…";
  if (item.state === "ready") return `${size}, đã gửi xong`;
  if (item.state === "waiting") return `${size}, đã gửi xong, đang chờ quét vi-rút. Không cần tải lại.`;
  if (item.state === "offline") return `${part}, chờ có mạng để gửi tiếp`;
  if (item.state === "queued") return item.sent ? `${part}, chờ gửi tiếp` : `${size}, chờ gửi`;
  const left = item.speed ? Math.ceil((item.size - item.sent) / item.speed / 1000) : 0;
  const time = !left ? "" : left < 90 ? `, còn khoảng ${left} giây` : `, còn khoảng ${Math.ceil(left / 60)} phút`;
  return `${part}${time}`;
}

// A name without control and direction signs, which would let it read as another one.
function plain(name) {
  return name.replace(/\p{C}/gu, "") || "tệp";
}

function megabytes(bytes) {
  return (bytes / MB).toLocaleString("vi", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

function sentence(told) {
  return [told.why, told.next].filter(Boolean).join(" ");
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

// A phone's photo upright and small before it goes over the line; the server does the same to what comes as it is.
async function reduced(file) {
  if (!["image/jpeg", "image/heic", "image/heif"].includes(file.type)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size <= LIGHT && file.type === "image/jpeg") return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return small && (small.size < file.size || file.type !== "image/jpeg") ? small : file;
  } catch {
    return file; // not a picture that this browser reads: the server says what is wrong with it
  }
}

async function thumbnail(item) {
  if (!PICTURES.includes(item.type)) return;
  try {
    const picture = await createImageBitmap(item.bytes, { imageOrientation: "from-image", resizeWidth: 112 });
    const canvas = item.row.querySelector("canvas");
    const side = Math.min(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, 56, 56);
    canvas.hidden = false;
    picture.close();
  } catch { /* a broken picture has no thumbnail */ }
}

// Only where the browser can do all of it; a plain http address of another machine cannot hash.
if (window.crypto?.subtle && window.indexedDB) {
  for (const box of document.querySelectorAll("[data-upload]")) new Uploads(box);
}
