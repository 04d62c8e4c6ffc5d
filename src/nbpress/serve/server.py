"""The preview's web server: printed pages with a script in them, and a socket that tells it what is new."""

from __future__ import annotations

import hashlib
import html
import json
from pathlib import Path
from typing import Any

from tornado.web import Application, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler

from nbpress.serve.session import Session

SCRIPT = Path(__file__).with_name("preview.js")
OURS = r"localhost|127\.0\.0\.1"  # no other name may lead here: a page of the Internet could read the book by it
EMPTY = b"""<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Preview</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 30rem; padding: 0 1rem; }
@media (prefers-color-scheme: dark) { body { background: #14181e; color: #ced6dd; } }</style>
<body><p>This page has not been printed yet. It will appear here as soon as it is.</p></body></html>
"""


def application(session: Session) -> Application:
    """The web application of a session."""
    viewers: set[Events] = set()

    def tell() -> None:
        for viewer in list(viewers):
            viewer.tell()

    session.state.changed = tell
    session.viewed = lambda: frozenset(viewer.document for viewer in viewers)
    shared = {"session": session}
    made = Application()
    made.add_handlers(
        OURS,
        [
            (r"/_preview/events", Events, {**shared, "viewers": viewers}),
            (r"/_preview/(preview\.js)", Fresh, {"path": str(SCRIPT.parent)}),
            (r"/()", Page, shared),
            (r"/(.*)\.html", Page, shared),
            (r"/(.*)", Fresh, {"path": str(session.site)}),
        ],
    )
    return made


def version(text: bytes) -> str:
    """A name for what a printed page shows."""
    return hashlib.sha256(text).hexdigest()[:16]


class Fresh(StaticFileHandler):
    """Files that may change at any time: the browser always asks whether they did."""

    def compute_etag(self) -> str | None:
        """Of time and size; tornado would remember the first content for ever."""
        state = Path(self.absolute_path or "").stat()
        return f'"{state.st_mtime_ns}-{state.st_size}"'

    def set_extra_headers(self, path: str) -> None:
        """Have the browser ask each time."""
        self.set_header("Cache-Control", "no-cache")


class Page(RequestHandler):
    """A printed page with the preview's script, which is in no file of the site."""

    def initialize(self, session: Session) -> None:
        """Take what the application gives."""
        self.session = session

    def get(self, document: str) -> None:
        """Send the page, or one that waits for it."""
        document = document or "index"
        printed = self.session.printed(document)
        data = f'data-page="{html.escape(document)}" data-version="{version(printed)}"'
        head, end, tail = (printed or EMPTY).rpartition(b"</body>")
        self.set_status(200 if printed else 404)
        self.set_header("Cache-Control", "no-store")
        self.write(head + f'<script src="/_preview/preview.js" {data}></script>'.encode() + end + tail)


class Events(WebSocketHandler):
    """Tells a page in a browser what is new; each message says everything, so that none can be missed."""

    def initialize(self, session: Session, viewers: set[Events]) -> None:
        """Take what the application gives."""
        self.session = session
        self.viewers = viewers
        self.last = ""

    def open(self, *args: str, **kwargs: str) -> None:
        """A browser opened a page."""
        self.document = self.get_argument("page")
        self.viewers.add(self)
        self.tell()

    def on_message(self, message: str | bytes) -> None:
        """Browsers say nothing."""

    def on_close(self) -> None:
        """A browser left the page."""
        self.viewers.discard(self)

    def tell(self) -> None:
        """Send what is new."""
        state: dict[str, Any] = self.session.state.as_seen_from(self.document, self.session.book)
        state["version"] = version(self.session.printed(self.document))
        message = json.dumps(state)
        if message != self.last:
            self.last = message
            self.write_message(message)
