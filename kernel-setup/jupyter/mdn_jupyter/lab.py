"""The server's part of the extension of JupyterLab: it has notebooks read, by Go."""

import asyncio
import json
from pathlib import Path

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

# This package is installed editable, so that it lies in the checkout.
GRAPH = Path(__file__).parents[3] / ".jupyter" / "bin" / "notebook-graph"


class GraphHandler(APIHandler):
    """POST a notebook as JSON to get what its cells depend on and its settings, see kernel-setup/graph/notebook-graph."""

    @web.authenticated
    async def post(self):
        try:
            process = await asyncio.create_subprocess_exec(
                GRAPH, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
        except OSError as error:
            raise web.HTTPError(500, f"{GRAPH} does not run: {error.strerror}; run go run ./kernel-setup lab again") from error
        answer, complaint = await process.communicate(self.request.body)
        if process.returncode != 0:
            raise web.HTTPError(400, complaint.decode("utf-8", "replace").strip())
        self.finish(json.loads(answer))


def _jupyter_server_extension_points():
    return [{"module": "mdn_jupyter.lab"}]


def _load_jupyter_server_extension(server):
    address = url_path_join(server.web_app.settings["base_url"], "mdn", "graph")
    server.web_app.add_handlers(".*$", [(address, GraphHandler)])
