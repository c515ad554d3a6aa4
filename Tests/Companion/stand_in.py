"""What stand-ins for payment providers share: an HTTP server on a port of its own."""

import http.server
import threading
import urllib.parse


class StandIn:
    """Answers with `answer(request)`: (status, headers, bytes). A request has method, path, query, target, headers and body."""

    def __init__(self):
        stand_in = self

        class Door(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def take(self):
                self.method, self.target = self.command, self.path
                parts = urllib.parse.urlsplit(self.path)
                self.path, self.query = parts.path, dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
                self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outcome = stand_in.answer(self)
                if outcome is None:  # it hangs up
                    self.close_connection = True
                    return
                status, headers, content = outcome
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = take

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
