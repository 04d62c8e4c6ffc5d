"""A mirror of data sets on loopback that can be told to misbehave."""

import contextlib
import http.server
import re
import threading


class Mirror:
    """Addresses are paths; each has an answer: bytes, or a function that is given the handler."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}/"
        self.answers = {}
        self.requests = []  # (path, Range, User-Agent)


def ok(handler, body, *, ranges=True, claimed=None):
    """Answer with a body, or the rest of it; `claimed` is a length that is not true."""
    start = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", "")) if ranges else None
    if start and int(start[1]) >= len(body):
        handler.send_response(416)
        handler.send_header("Content-Range", f"bytes */{len(body)}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    first = int(start[1]) if start else 0
    handler.send_response(206 if start else 200)
    if start:
        handler.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
    handler.send_header("Content-Length", str(claimed or len(body) - first))
    handler.end_headers()
    handler.wfile.write(body[first:])


def broken_off(body, at, *, times=1, ranges=True):
    """An answer that ends after `at` bytes, the first `times` times."""
    left = [times]

    def answer(handler):
        if left[0] and "Range" not in handler.headers:
            left[0] -= 1
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body[:at])
            handler.close_connection = True
        else:
            ok(handler, body, ranges=ranges)

    return answer


def moved(to):
    def answer(handler):
        handler.send_response(301)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@contextlib.contextmanager
def running():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            mirror.requests.append((self.path, self.headers.get("Range"), self.headers.get("User-Agent")))
            answer = mirror.answers.get(self.path)
            if answer is None:
                self.send_error(404)
            elif callable(answer):
                answer(self)
            else:
                ok(self, answer)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        mirror = Mirror(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield mirror
        finally:
            server.shutdown()
            thread.join()
