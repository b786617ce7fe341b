// Settings as controls, and what is out of date, in notebooks that Go's kernel runs.
import { Watch } from "./watch.js";

const commands = { run: "mdn:run-out-of-date", settings: "mdn:go-to-settings" };

// notebooks returns the plugin.
export async function notebooks(use) {
  const [{ INotebookTracker, NotebookActions }, { ISettingRegistry }, { ICommandPalette, Notification }, { ServerConnection }, { PageConfig, URLExt }, { Widget }] =
    await Promise.all(["@jupyterlab/notebook", "@jupyterlab/settingregistry", "@jupyterlab/apputils", "@jupyterlab/services", "@jupyterlab/coreutils",
      "@lumino/widgets"].map(use));

  // ask has a notebook read, see kernel-setup/graph/notebook-graph.
  async function ask(notebook) {
    const settings = ServerConnection.makeSettings();
    const address = URLExt.join(settings.baseUrl, "mdn", "graph");
    const response = await ServerConnection.makeRequest(address, { method: "POST", body: JSON.stringify(notebook) }, settings);
    if (!response.ok) throw new ServerConnection.ResponseError(response, (await response.json()).message);
    return response.json();
  }

  return {
    id: "mdn:notebooks",
    autoStart: true,
    requires: [INotebookTracker, ISettingRegistry],
    optional: [ICommandPalette],
    async activate(app, tracker, registry, palette) {
      await load(URLExt.join(PageConfig.getBaseUrl(), "static"));
      const choices = await registry.load("mdn:notebooks");
      const watches = new Map(); // by panel
      const current = () => watches.get(tracker.currentWidget);
      const changed = () => { for (const name of Object.values(commands)) app.commands.notifyCommandChanged(name); };

      app.commands.addCommand(commands.run, {
        label: ({ toolbar }) => {
          const n = current()?.stale.size ?? 0;
          if (toolbar) return n === 0 ? "Up to date" : `Run ${n} out of date`;
          return n === 0 ? "Run What Is Out of Date" : `Run What Is Out of Date (${n})`;
        },
        caption: "Run the cells whose code, or something that they depend on, has changed since they ran",
        isEnabled: () => (current()?.stale.size ?? 0) > 0,
        execute: () => current()?.runStale(),
      });
      app.commands.addCommand(commands.settings, {
        label: "Go to the Settings",
        caption: "Move to the first control of the notebook’s settings",
        isEnabled: () => current()?.form.shown ?? false,
        execute: () => current()?.form.focus(),
      });
      for (const command of Object.values(commands)) palette?.addItem({ command, category: "Go notebooks" });

      tracker.widgetAdded.connect((_, panel) => {
        const watch = new Watch(panel, { ask, choices, changed, NotebookActions, Notification, Widget });
        watches.set(panel, watch);
        panel.disposed.connect(() => watches.delete(panel));
      });
      tracker.currentChanged.connect(changed);
      const watchOf = (notebook) => [...watches.values()].find((watch) => watch.panel.content === notebook);
      NotebookActions.executionScheduled.connect((_, { notebook, cell }) => watchOf(notebook)?.scheduled(cell));
      NotebookActions.executed.connect((_, { notebook, cell, success, error }) => watchOf(notebook)?.executed(cell, success, error));
      app.commands.commandExecuted.connect((_, { id }) => {
        if (id === "notebook:interrupt-kernel" || id === "kernelmenu:interrupt") current()?.interruptedByHand();
      });
    },
  };
}

// load adds the scripts and the style that pages have as well.
async function load(folder) {
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${folder}/controls.css` });
  const own = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("notebooks.css", import.meta.url) });
  const script = Object.assign(document.createElement("script"), { src: `${folder}/controls.js` });
  const loaded = new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`mdn: ${script.src} cannot be loaded`));
  });
  document.head.append(style, own, script);
  await loaded;
}
