// The page is complete without this script, which adds a button that copies to each piece of code.
for (const code of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  const label = document.createElement("span");
  label.textContent = "Copy";
  label.setAttribute("aria-live", "polite");
  const what = document.createElement("span"); // each button has a name of its own: Copy cell 5
  what.className = "unseen";
  what.textContent = ` ${(code.querySelector("summary")?.textContent ?? "commands").toLowerCase()}`;
  button.append(label, what);
  button.addEventListener("click", async () => {
    const text = code.querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(text);
      label.textContent = "Copied";
    } catch {
      // The browser does not let the page write to the clipboard: mark the code, for the reader to copy.
      getSelection().selectAllChildren(code.querySelector("pre"));
      label.textContent = "Marked";
    }
    setTimeout(() => { label.textContent = "Copy"; }, 2000);
  });
  code.append(button);
}
// A formula that is too wide for a phone is set smaller, as far as it can still be read. Only what scrolls even so is a stop
// for the Tab key.
const fit = () => {
  for (const formula of document.querySelectorAll(".formula")) {
    formula.style.fontSize = "";
    if (formula.scrollWidth > formula.clientWidth) {
      formula.style.fontSize = `${Math.max(0.7, 0.98 * formula.clientWidth / formula.scrollWidth)}em`;
    }
  }
  for (const block of document.querySelectorAll("pre, .formula, .scroll")) {
    if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
    else block.removeAttribute("tabindex");
  }
};
document.fonts.ready.then(fit);
addEventListener("resize", fit);
addEventListener("toggle", fit, true);
