(() => {
  const place = document.currentScript.parentElement;
  const config = document.getElementById("jupyter-config-data");
  if (!config) return; // not in Jupyter
  const address = new URL(JSON.parse(config.textContent).baseUrl + "static/live.html", location);
  fetch(address).then((response) => response.ok ? response.text() : Promise.reject()).then((fragment) => {
    const scheme = () => document.body.dataset.jpThemeLight === "false" ? "dark" : "light";
    const frame = document.createElement("iframe");
    frame.title = "Train the network in this page";
    frame.style = "width: 100%; height: 60rem; border: 0";
    frame.srcdoc = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${frame.title}</title>` +
      `<style>:root { color-scheme: ${scheme()}; background: var(--background) } body { max-width: 46rem; margin: 0; padding: 4px }</style>` +
      fragment.replace('{"live":"settings"}', () => place.dataset.settings);
    frame.onload = () => {
      const { documentElement: { style }, body } = frame.contentDocument;
      const follow = () => { // JupyterLab's theme
        style.colorScheme = scheme();
        style.setProperty("--background", getComputedStyle(document.body).getPropertyValue("--jp-layout-color0"));
      };
      const theme = new MutationObserver(follow);
      theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
      frame.contentWindow.addEventListener("pagehide", () => theme.disconnect()); // it would hold the frame for ever
      follow();
      new ResizeObserver(() => { frame.style.height = `${body.offsetHeight + 8}px`; }).observe(body);
    };
    place.replaceChildren(frame);
  }, () => {}); // what stands there already says how to get it
})();
