export async function notebooks(use) {
  const { INotebookTracker } = await use("@jupyterlab/notebook");
  return {
    id: "mdn:notebooks",
    autoStart: true,
    requires: [INotebookTracker],
    activate(app, tracker) {
      console.log("mdn:notebooks", tracker);
    },
  };
}
