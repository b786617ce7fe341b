// The plugins of the extension. Each room has its own file.
import { charts } from "./charts.js";
import { notebooks } from "./notebooks.js";

// plugins returns them; use returns a module of JupyterLab's by its name.
export async function plugins(use) {
  return [await charts(use), await notebooks(use)];
}
