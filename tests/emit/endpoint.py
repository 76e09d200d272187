"""A language model on loopback that says what a test tells it to."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Model(ThreadingHTTPServer):
    """Keeps what it was asked; answers as told, or not at all."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = []
        self.headers = []
        self.status = 200
        self.says = {}
        self.raw = None
        self.released = threading.Event()
        self.released.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def answer(self):
        if self.raw is not None:
            return self.raw
        said = self.says if isinstance(self.says, str) else json.dumps(self.says)
        message = {"role": "assistant", "content": said}
        return json.dumps({"choices": [{"index": 0, "message": message}]}).encode()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        model = self.server
        length = int(self.headers["content-length"])
        model.asked.append(json.loads(self.rfile.read(length)))
        model.headers.append((self.path, dict(self.headers)))
        model.released.wait(20)
        body = model.answer()
        try:
            self.send_response(model.status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # whoever asked has gone

    def log_message(self, *_):
        pass


@contextmanager
def model():
    with Model() as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            served.released.set()
            served.shutdown()
            thread.join()
