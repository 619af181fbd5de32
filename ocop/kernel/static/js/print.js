// Shows the buttons that print this page (data-print, hidden without scripts) and lets them print it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
