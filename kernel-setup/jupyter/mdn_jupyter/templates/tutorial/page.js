// The page is complete without this script. What is put into the page later is made ready by dress(root).

document.getElementById("show-code").addEventListener("change", ({target}) => {
  const code = target.checked ? "open" : "folded";
  document.documentElement.dataset.code = code; // what is printed goes by it
  const top = (element) => element?.getBoundingClientRect().top ?? 0;
  const read = [...document.querySelector("main").children].find((element) => top(element) >= 0); // which stays where it is
  const before = top(read);
  for (const cell of document.querySelectorAll("details.code")) cell.open = target.checked;
  scrollBy(0, top(read) - before);
  try {
    localStorage.setItem("code", code);
  } catch {
    // The next page begins anew.
  }
});

// A button that copies to each piece of code.
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

// dress makes ready all outputs inside an element, or the element itself. It can be called again.
function dress(root) {
  foldPrinted(root);
  alignNumbers(root);
  fit(root);
}

const within = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];

// foldPrinted leaves the first and the last two lines of a long log, and a button for the others. Texts in columns are marked.
function foldPrinted(root) {
  for (const printed of within(root, "pre.printed:not(:has(> .rest))")) {
    const lines = printed.textContent.trimEnd().split("\n");
    printed.classList.toggle("columns", lines.filter((line) => /\S {2,}\S/.test(line)).length > 1);
    if (lines.length <= 12 || !isLog(lines)) continue;
    const range = document.createRange();
    range.setStart(...placeOf(lines, 2, printed));
    range.setEnd(...placeOf(lines, lines.length - 2, printed));
    const rest = document.createElement("span");
    rest.className = "rest";
    rest.hidden = true;
    rest.append(range.extractContents());
    range.insertNode(rest);
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    const whose = document.createElement("span"); // each button has a name of its own
    whose.className = "unseen";
    whose.textContent = `, ${printed.getAttribute("aria-label")?.toLowerCase()}`;
    button.append(`${lines.length - 4} more lines`, whose);
    button.addEventListener("click", () => {
      rest.hidden = !rest.hidden;
      button.setAttribute("aria-expanded", String(!rest.hidden));
    });
    rest.before(button);
  }
}

// A log says the same in most of its lines, with other numbers.
function isLog(lines) {
  const kinds = new Set(lines.map((line) => line.replace(/[\d.,+−-]+/g, "0").replace(/ +/g, " ")));
  return 2 * kinds.size <= lines.length;
}

// placeOf returns where a line begins in an element, for a range.
function placeOf(lines, line, element) {
  let offset = lines.slice(0, line).join("\n").length + 1;
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() && offset > texts.currentNode.length) offset -= texts.currentNode.length;
  return [texts.currentNode, offset];
}

// alignNumbers gives a number with fewer decimals than others of its column the room that theirs take.
function alignNumbers(root) {
  for (const table of within(root, "table")) {
    for (const cell of table.querySelectorAll("[data-room]")) cell.removeAttribute("data-room");
    const rows = [...(table.tBodies[0]?.rows ?? [])];
    for (let column = 1; column < (rows[0]?.cells.length ?? 0); column++) {
      const numbers = rows.map((row) => /^[+−-]?\d+(?:(\.)(\d+))?$/.exec(row.cells[column]?.textContent.trim()));
      if (numbers.includes(null)) continue;
      const decimals = numbers.map((number) => number[2]?.length ?? 0), most = Math.max(...decimals);
      rows.forEach((row, i) => {
        if (decimals[i] < most) row.cells[column].dataset.room = (decimals[i] ? "" : ".") + "0".repeat(most - decimals[i]);
      });
    }
  }
}

// fit sets a formula that is too wide for a phone smaller, as far as it can still be read. Only what scrolls even so is a stop for the
// Tab key, and is seen to scroll.
function fit(root) {
  for (const formula of within(root, ".formula")) {
    formula.style.fontSize = "";
    if (formula.scrollWidth > formula.clientWidth) {
      formula.style.fontSize = `${Math.max(0.7, 0.98 * formula.clientWidth / formula.scrollWidth)}em`;
    }
  }
  for (const block of within(root, "pre, .formula, .scroll, .numbers")) {
    const scrolls = block.scrollWidth > block.clientWidth;
    block.classList.toggle("scrolls", scrolls);
    if (scrolls) block.tabIndex = 0;
    else block.removeAttribute("tabindex");
  }
}

document.fonts.ready.then(() => dress(document));
document.addEventListener("shown", ({ target }) => dress(target));
addEventListener("resize", () => fit(document));
addEventListener("toggle", (event) => fit(event.target), true);
