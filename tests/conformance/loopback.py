"""A tiny web server on loopback that hands out pages from memory, scripts forbidden where nothing else is said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["PICTURE", "Asset", "serving"]

#: A picture of one pixel, as PNG.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100b58aa4f40000000049454e44ae426082"
)


@dataclass(frozen=True)
class Asset:
    """What a path answers: its media type and its bytes."""

    media_type: str
    body: bytes


@contextmanager
def serving(find: Callable[[str], Asset | None], *, forbid_scripts: bool = True) -> Iterator[str]:
    """Serve what ``find`` gives for a path, on a free port.

    Yields:
        The server's base URL, without a slash at its end.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asset = find(self.path.partition("?")[0])
            body = asset.body if asset is not None else b""
            self.send_response(200 if asset is not None else 404)
            self.send_header("Content-Type", asset.media_type if asset is not None else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            if forbid_scripts:
                self.send_header("Content-Security-Policy", "script-src 'none'")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
