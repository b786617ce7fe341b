// Whether code is folded is known before the page is shown: it is as the reader had it last, and at first folded on a phone.
{
  const page = document.documentElement;
  let code;
  try {
    code = localStorage.getItem("code");
  } catch {
    // The browser keeps nothing for a page that is a file.
  }
  page.dataset.code = code ?? (matchMedia("(max-width: 40rem)").matches ? "folded" : "open");
  if (page.dataset.code === "folded") {
    // Each cell is folded when it is read, so that none is seen open first.
    const reading = new MutationObserver((changes) => {
      for (const node of changes.flatMap((change) => [...change.addedNodes])) {
        if (node.id === "show-code") node.checked = false;
        else if (node.matches?.("details.code")) node.open = false;
      }
    });
    reading.observe(page, {childList: true, subtree: true});
    addEventListener("DOMContentLoaded", () => reading.disconnect());
  }
}
