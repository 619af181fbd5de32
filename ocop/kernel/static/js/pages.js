// Pages of a paper as pictures (components/pages.html): [ and ] turn, + and - zoom, as the buttons above them do.
// Keys act outside text fields, and not where a page has switched them off (data-keys="off" on its root).
// Without this module the pages stand one below the other and scroll.

const root = document.documentElement;
root.classList.add("turns");
const pages = () => document.querySelector("[data-pages]");
const sheets = () => [...document.querySelectorAll("[data-page]")];
const scrollsInside = (view) => view.scrollHeight > view.clientHeight + 1;

// The page that is being read: the last one that begins in the upper third of what is seen.
function now() {
  const view = pages();
  const inside = scrollsInside(view);
  const box = view.getBoundingClientRect();
  const line = inside ? box.top + box.height / 3 : window.innerHeight / 3;
  const all = sheets();
  if (inside && view.scrollTop + view.clientHeight >= view.scrollHeight - 1) return all.at(-1);
  return all.findLast((sheet) => sheet.getBoundingClientRect().top <= line) ?? all[0];
}

function turn(by) {
  const view = pages();
  const all = sheets();
  const next = all[all.indexOf(now()) + by];
  if (!next) return;
  if (scrollsInside(view)) view.scrollTop += next.getBoundingClientRect().top - view.getBoundingClientRect().top;
  else next.scrollIntoView();
  tell(next);
}

// The same spot of the same page stays at the upper edge.
function zoom(by) {
  const view = pages();
  const sheet = now();
  const above = () => (scrollsInside(view) ? view.getBoundingClientRect().top : 0) - sheet.getBoundingClientRect().top;
  const share = above() / sheet.offsetHeight;
  root.dataset.zoom = Math.min(3, Math.max(1, Number(root.dataset.zoom ?? 1) + by));
  (scrollsInside(view) ? view : root).scrollTop += share * sheet.offsetHeight - above();
}

function tell(sheet) {
  const place = document.querySelector("[data-now]");
  const words = sheet.querySelector("figcaption").textContent;
  if (place.textContent !== words) place.textContent = words;
}

document.addEventListener("scroll", () => pages() && tell(now()), { capture: true, passive: true });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-turn], button[data-zoom]");
  if (!button) return;
  if (button.dataset.turn) turn(Number(button.dataset.turn));
  else zoom(Number(button.dataset.zoom));
});
document.addEventListener("keydown", (event) => {
  if (!pages() || root.dataset.keys === "off" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "[" || event.key === "]") turn(event.key === "[" ? -1 : 1);
  else if (event.key === "+" || event.key === "-") zoom(event.key === "-" ? -1 : 1);
  else return;
  event.preventDefault();
});
// A page that cannot be drawn says so in its place.
document.addEventListener("error", (event) => event.target.closest?.("[data-page]")?.classList.add("failed"), true);
