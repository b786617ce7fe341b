// The page is complete without this script, which adds a button that copies to each piece of code.
for (const code of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const text = code.querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      // The browser does not let the page write to the clipboard: mark the code, for the reader to copy.
      getSelection().selectAllChildren(code.querySelector("pre"));
      button.textContent = "Marked";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  code.append(button);
}
// Only what scrolls is a stop for the Tab key.
const scrolling = document.querySelectorAll("pre, .formula, .scroll");
const stops = () => {
  for (const block of scrolling) {
    if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
    else block.removeAttribute("tabindex");
  }
};
stops();
addEventListener("resize", stops);
