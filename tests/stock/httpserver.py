"""A local HTTP server with the failings of the real ones: cuts, changes, no ranges, errors.

Serve a mapping of paths to `Served`; each tells how it behaves, and records the requests it got.
"""

import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """One file. Set ``content`` anew at any time to change it.

    ``cuts``: for the next requests, in order, close the connection once this many bytes of the answer went out.
    ``statuses``: for the next requests, in order, answer this error instead. ``announced`` lies on Content-Length.
    ``then``: called after each request, to change something between two of them. ``location`` redirects.
    ``last_modified`` is sent as it is written here.
    """

    content: bytes
    ranges: bool = True
    validators: bool = True
    heeds_if_range: bool = True
    weak: bool = False
    chunked: bool = False
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    location: str = ""
    last_modified: str = ""
    then: object = None
    requests: list[dict[str, str]] = field(default_factory=list)
    sent: int = 0

    @property
    def etag(self) -> str:
        tag = f'"{sha256(self.content).hexdigest()[:16]}"'
        return f"W/{tag}" if self.weak else tag


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    files: dict[str, Served]

    def log_message(self, *args):
        pass

    def do_GET(self):
        served = self.files.get(self.path)
        if served is None:
            self.send_error(404)
            return
        served.requests.append(dict(self.headers))
        try:
            self._answer(served)
        finally:
            if callable(served.then):
                served.then(served)

    def _answer(self, served):
        if served.statuses:
            self.send_response(served.statuses.pop(0))
            self.send_header("Content-Length", "0")
            self.send_header("Retry-After", "0")
            self.end_headers()
            return
        if served.location:
            self.send_response(302)
            self.send_header("Location", served.location)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content, etag = served.content, served.etag
        asked = self.headers.get("Range", "")
        if served.validators and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
            return
        start = 0
        match = re.fullmatch(r"bytes=(\d+)-", asked)
        wanted = self.headers.get("If-Range")
        if match and served.ranges and (wanted in (None, etag) or not served.heeds_if_range):
            start = int(match[1])
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        if served.validators:
            self.send_header("ETag", etag)
        if served.last_modified:
            self.send_header("Last-Modified", served.last_modified)
        if served.ranges:
            self.send_header("Accept-Ranges", "bytes")
        body = content[start:]
        if served.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send(served, body)

    def _send(self, served, body):
        cut = served.cuts.pop(0) if served.cuts else None
        part = body if cut is None else body[:cut]
        for at in range(0, len(part), 65536):
            piece = part[at : at + 65536]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if served.chunked else piece)
            served.sent += len(piece)
        if cut is not None:
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
        elif served.chunked:
            self.wfile.write(b"0\r\n\r\n")


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A cut connection is what we want: no traceback."""


@contextmanager
def serve(files: dict[str, Served]):
    """Serve files on a free local port; gives the base URL."""
    handler = type("Handler", (_Handler,), {"files": files})
    server = _QuietServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
