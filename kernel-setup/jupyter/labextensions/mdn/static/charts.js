// Charts to touch. What package figure has shown as a chart is drawn as in an exported page, in the colours of JupyterLab's theme, with
// its values at the pointer and by the arrow keys.
//
// That is so where the reader trusts the notebook, as with everything that a cell has shown and that could hold a program: a drawing is
// SVG from the notebook's file. Elsewhere JupyterLab takes what comes next in the output, which is the picture, and the words under it.

// The media types of a chart, see mdnlib/figure/markup.
const chartType = "application/vnd.mdn.chart+json";
const drawingTypes = { desk: "application/vnd.mdn.chart.desk+svg", phone: "application/vnd.mdn.chart.phone+svg" };

// charts returns the plugin.
export async function charts(use) {
  const [{ IRenderMimeRegistry }, { PageConfig, URLExt }, { Widget }] =
    await Promise.all(["@jupyterlab/rendermime", "@jupyterlab/coreutils", "@lumino/widgets"].map(use));

  class Chart extends Widget {
    constructor() {
      super();
      this.addClass("mdn-chart");
    }

    // renderModel shows a chart, or another in its place.
    async renderModel({ data }) {
      const open = this.node.querySelector("details")?.open;
      const figure = figureOf(data);
      figure.querySelector("details").open = open;
      this.node.replaceChildren(figure);
      window.touch(figure);
    }
  }

  return {
    id: "mdn:charts",
    autoStart: true,
    requires: [IRenderMimeRegistry],
    async activate(app, registry) {
      registry.addFactory({ safe: false, mimeTypes: [drawingTypes.desk], createRenderer: () => new Chart() }, 40); // before a picture, 90
      describePictures(registry);
      await load(URLExt.join(PageConfig.getBaseUrl(), "static"));
      takeKeys();
    },
  };
}

const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

// figureOf returns a chart as mdnlib/figure/markup writes it for a page; its title is in its drawing.
function figureOf(data) {
  // Numbers keep the digits that they were written with.
  const asWritten = (_, value, context) => (typeof value === "number" ? context?.source ?? String(value) : value);
  const chart = JSON.parse(data[chartType], asWritten);
  const title = chart.title.replace(/\.+$/, "");
  const { what, numbers, trend, point } = chart.description;
  const tables = (chart.tables ?? []).map(tableOf);
  const details = element("details", {},
    element("summary", { textContent: tables.length > 0 ? "In words and numbers" : "In words" }),
    element("p", { textContent: [what, numbers, trend, point].filter((words) => words).join(" ") }));
  if (tables.length > 0) details.append(element("div", { className: "numbers", role: "group", ariaLabel: `Numbers of: ${title}` }, ...tables));
  return element("figure", { className: "chart", ariaLabel: title },
    ...Object.entries(drawingTypes).map(([width, type]) => element("div", { className: `drawing ${width}`, innerHTML: data[type] })),
    element("figcaption", { className: "jp-RenderedHTMLCommon" }, details));
}

// tableOf returns the numbers behind one layer of a chart.
function tableOf({ name, columns, rows, of }) {
  const head = columns.map((column) => element("th", { scope: "col", textContent: column }));
  const body = rows.map((row) => row.map((number) => element("td", { textContent: number.replaceAll("-", "−") })));
  return element("table", {},
    element("caption", { textContent: Number(of) > rows.length ? `${name} (${rows.length} of ${of})` : name }),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body.map((cells) => element("tr", {}, ...cells))));
}

// describePictures gives a picture the description that its output has. JupyterLab gives it none.
function describePictures(registry) {
  const pictures = registry.getFactory("image/png");
  registry.addFactory({
    ...pictures,
    mimeTypes: ["image/png"],
    createRenderer(options) {
      const renderer = pictures.createRenderer(options);
      const { renderModel } = renderer;
      renderer.renderModel = async (model) => {
        await renderModel.call(renderer, model);
        if (typeof model.metadata.alt === "string") renderer.node.querySelector("img").alt = model.metadata.alt;
      };
      return renderer;
    },
  });
}

// load loads what charts in pages have as well: the script, the style, and the colours in the dark, which it keeps to JupyterLab's theme.
async function load(folder) {
  const style = (href) => element("link", { rel: "stylesheet", href });
  const dark = style(`${folder}/dark.css`);
  const follow = () => { dark.media = document.body.dataset.jpThemeLight === "false" ? "all" : "not all"; };
  follow();
  new MutationObserver(follow).observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const own = style(new URL("charts.css", import.meta.url));
  document.head.append(style(`${folder}/chart.css`), style(`${folder}/touch.css`), dark, own);
  const filter = fetch(`${folder}/map.svg`).then((response) => response.text());
  await import(`${folder}/touch.js`);
  document.body.append(element("div", { innerHTML: await filter }));
}

// takeKeys gives a chart that has the focus the keys that are pressed by themselves, of which JupyterLab would take the arrows to go to
// another cell. Shift+Enter and the like still go to JupyterLab.
function takeKeys() {
  addEventListener("keydown", ({ target, ctrlKey, altKey, metaKey, shiftKey }) => {
    const drawing = target instanceof Element && target.closest(".mdn-chart .drawing");
    if (drawing) drawing.toggleAttribute("data-lm-suppress-shortcuts", !(ctrlKey || altKey || metaKey || shiftKey));
  }, { capture: true });
}
