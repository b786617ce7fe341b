// What JupyterLab loads first: a module federation container, written out, so that the extension needs no build. See
// https://webpack.js.org/concepts/module-federation for its two functions.
(() => {
"use strict";

const here = new URL(".", document.currentScript.src);
let shared; // by name and version, the modules that JupyterLab and its extensions share

// use returns a module of JupyterLab's. It has one version of each.
async function use(name) {
  const versions = Object.values(shared[name] ?? {});
  if (versions.length === 0) throw new Error(`mdn: JupyterLab has no module ${name}; run go run ./kernel-setup lab again, which installs the pinned one`);
  return (await versions[0].get())();
}

window._JUPYTERLAB ??= {};
window._JUPYTERLAB.mdn = {
  init(scope) { shared = scope; },
  async get() {
    const { plugins } = await import(new URL("plugins.js", here));
    const all = await plugins(use);
    return () => ({ default: all, __esModule: true });
  },
};
})();
