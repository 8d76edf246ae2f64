#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A user pool on loopback that does what it should not, for the tests of cognito-login.

pool.py FOLDER CERTIFICATE...: serves managed login, its token endpoint, the user pools API and the
key set of the pool in FOLDER (made by tests/tools/mint), at a port for each CERTIFICATE, a path as
tests/tools/tls.py makes them; "old:PATH" speaks no more than TLS 1.1, and "plain" no TLS. The ports
are written to FOLDER/port; the first one is that of the issuer. Each is a proxy as well, for what
is at 127.0.0.1. Whoever asks for the page to sign in is signed in at once. FOLDER/behaviour, if it
is there, holds words for what is to go wrong, read anew for each request; FOLDER/requests gets a
line for each.
"""

import base64
import hashlib
import http.server
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(HERE, "..", "tools")
MINT = os.path.join(TOOLS, "mint")

sys.dont_write_bytecode = True
sys.path.insert(0, TOOLS)
import tls  # noqa: E402


class Pool:
    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "pool.json"), encoding="ascii") as source:
            self.client_id = json.load(source)["client_id"]
        self.codes = {}  # each to its challenge, redirect and nonce
        self.refresh_tokens = {"refresh-at-the-start"}
        self.lock = threading.Lock()

    def path(self, name):
        return os.path.join(self.folder, name)

    def behaviour(self):
        try:
            with open(self.path("behaviour"), encoding="ascii") as source:
                return source.read().split()
        except OSError:
            return []

    def note(self, line):
        with self.lock, open(self.path("requests"), "a", encoding="utf-8") as output:
            output.write(line + "\n")

    def mint(self, nonce=None):
        """An ID token; the behaviour `mint:OPTION` adds an option of mint's."""
        options = ["--set", 'iss="https://127.0.0.1:%s/pool"' % self.port]
        if nonce:
            options += ["--set", 'nonce="%s"' % nonce]
        for word in self.behaviour():
            if word.startswith("mint:"):
                options += word[5:].split(",")
        return subprocess.run([sys.executable, MINT, "id", self.folder, *options], check=True,
                              stdout=subprocess.PIPE).stdout.decode().strip()

    def hold(self, word):
        """With WORD in the behaviour, waits until FOLDER/release is there."""
        while word in self.behaviour() and not os.path.exists(self.path("release")):
            if self.stop.wait(0.02):
                return

    def new_refresh_token(self):
        """The behaviour `refresh:N` gives it N characters."""
        sizes = [int(word[8:]) for word in self.behaviour() if word.startswith("refresh:")]
        token = "refresh-" + secrets.token_urlsafe(400)
        if sizes:
            token = token.ljust(sizes[0], "r")
        self.refresh_tokens.add(token)
        return token

    # ---- the token endpoint ----

    def exchange(self, form):
        behaviour = self.behaviour()
        known = self.codes.pop(form.get("code"), None)
        if known is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if known["challenge"] != challenge or known["redirect"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant", "error_description": "PKCE or redirect"}
        answer = {"id_token": self.mint(None if "no-nonce" in behaviour else known["nonce"]),
                  "access_token": "an access token", "token_type": "Bearer", "expires_in": 3600,
                  "refresh_token": self.new_refresh_token()}
        if "no-id-token" in behaviour:
            del answer["id_token"]
        return 200, answer

    def renew(self, token):
        if token not in self.refresh_tokens:
            return None
        answer = {"id_token": self.mint()}
        if "rotate" in self.behaviour():
            self.refresh_tokens.discard(token)
            answer["refresh_token"] = self.new_refresh_token()
            self.note("rotated")
        return answer

    def token_endpoint(self, form):
        if "secret" in self.behaviour() or form.get("client_id") != self.client_id:
            return 400, {"error": "invalid_client", "error_description": "invalid_client_secret"}
        if form.get("grant_type") == "authorization_code":
            return self.exchange(form)
        answer = self.renew(form.get("refresh_token"))
        self.hold("hold-refresh")
        if answer is None:
            return 400, {"error": "invalid_grant"}
        if "refresh-only" in self.behaviour():
            del answer["id_token"]
        return 200, answer

    # ---- the user pools API ----

    def call(self, name, body):
        if "secret" in self.behaviour():
            return 400, {"__type": "NotAuthorizedException",
                         "message": "Client x is configured with secret but SECRET_HASH was not "
                                    "received"}
        if body.get("ClientId") != self.client_id:
            return 400, {"__type": "ResourceNotFoundException",
                         "message": "User pool client x does not exist."}
        if name == "RevokeToken" and "no-revoke" in self.behaviour():
            return 400, {"__type": "UnsupportedOperationException", "message": "No revocation"}
        if name == "RevokeToken" and "revoked" in self.behaviour():
            return 400, {"__type": "NotAuthorizedException", "message": "Invalid Refresh Token"}
        if name == "RevokeToken":
            self.refresh_tokens.discard(body["Token"])
            return 200, {}
        if body.get("AuthFlow") == "USER_SRP_AUTH":
            return 400, {"__type": "InvalidParameterException",
                         "message": "USER_SRP_AUTH is not enabled for the client."}
        if body.get("AuthFlow") == "USER_PASSWORD_AUTH":
            self.note("password " + body["AuthParameters"]["PASSWORD"])
            return 200, {"AuthenticationResult": {"IdToken": self.mint(),
                                                  "RefreshToken": self.new_refresh_token()}}
        if name == "InitiateAuth" and "rotate" in self.behaviour():
            return 400, {"__type": "com.amazon#InvalidParameterException", "message": "rotation"}
        token = body.get("RefreshToken") or body.get("AuthParameters", {}).get("REFRESH_TOKEN")
        answer = self.renew(token)
        if answer is None:
            return 400, {"__type": "NotAuthorizedException", "message": "Refresh Token has expired"}
        result = {"IdToken": answer["id_token"]}
        if "refresh_token" in answer:
            result["RefreshToken"] = answer["refresh_token"]
        return 200, {"AuthenticationResult": result}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def date_time_string(self, timestamp=None):
        shift = [int(word[6:]) for word in POOL.behaviour() if word.startswith("clock:")]
        return super().date_time_string((timestamp or time.time()) + sum(shift))

    def authorize(self, query):
        behaviour = POOL.behaviour()
        program = self.headers.get("User-Agent", "").startswith("cognito-login/")
        for word in behaviour:
            # What such a page shows is the address that was asked for.
            if program and word.startswith("firewall:"):
                return self.answer(int(word[9:]), ("<p>redirect_uri client_id: %s" %
                                                   self.path).encode())
            if word.startswith("error-page:"):
                return self.answer(302, b"", [("Location", "/error?error=" + word[11:])])
        if program and "captcha" in behaviour:
            return self.answer(302, b"", [("Location", "/captcha?error=no&for=redirect_uri")])
        if "unregistered" in behaviour:
            return self.answer(302, b"", [("Location", "/error?error=redirect_mismatch")])
        if query.get("client_id") != POOL.client_id:
            return self.answer(400, {"error": "invalid_request", "error_description":
                                     "Invalid client_id"})
        code = "code-" + secrets.token_urlsafe(24)
        POOL.codes[code] = {"challenge": query["code_challenge"],
                            "redirect": query["redirect_uri"], "nonce": query.get("nonce")}
        back = {"code": code, "state": query["state"]}
        if "denied" in behaviour:
            back = {"error": "access_denied", "error_description": "No, thanks",
                    "state": query["state"]}
        if "wrong-state" in behaviour:
            back["state"] = "A" * 43
        if "login-page" in behaviour and not query.get("again"):
            return self.answer(302, b"", [("Location", "/login?client_id=x")])
        return self.answer(302, b"", [
            ("Location", query["redirect_uri"] + "?" + urllib.parse.urlencode(back))])

    def do_GET(self):
        parts = urllib.parse.urlsplit(self.path)
        POOL.note("GET " + parts.path)
        if parts.path == "/oauth2/authorize":
            self.authorize(dict(urllib.parse.parse_qsl(parts.query)))
        elif parts.path == "/pool/.well-known/jwks.json" and "no-keys" in POOL.behaviour():
            self.answer(503, b"")
        elif parts.path == "/pool/.well-known/jwks.json":
            with open(POOL.path("jwks.json"), "rb") as source:
                self.answer(200, source.read())
        elif parts.path == "/profiles/moved":
            self.send_response(302)
            self.send_header("Location", "/profiles/ssh.conf")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif parts.path == "/profiles/ssh.conf":
            with open(POOL.path("ssh.conf"), "rb") as source:
                self.answer(200, source.read())
        else:
            self.answer(404, b"")

    def misbehave(self, behaviour):
        """Whether the answer has been taken care of."""
        if "slow" in behaviour:
            self.rfile.read(int(self.headers["Content-Length"]))
            POOL.stop.wait(60)
        elif "huge" in behaviour:
            self.answer(200, b'{"id_token": "' + b"A" * (3 << 20) + b'"}')
        elif "endless" in behaviour:
            self.send_response(200)
            self.end_headers()
            try:
                while not POOL.stop.is_set():
                    self.wfile.write(b" " * 65536)
            except OSError:
                pass
        elif "no-json" in behaviour:
            self.answer(200, b"<html>hello</html>")
        elif "redirect" in behaviour:
            self.answer(307, b"", [("Location", "https://127.0.0.1:%s/evil" % POOL.port)])
        elif "unavailable" in behaviour:
            self.answer(503, b"{}")
        else:
            return False
        self.close_connection = True
        return True

    def do_POST(self):
        behaviour = POOL.behaviour()
        name = self.headers.get("X-Amz-Target", "").partition(".")[2]
        POOL.note("POST " + self.path + (" " + name if name else ""))
        if self.misbehave(behaviour):
            return
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/oauth2/token":
            form = dict(urllib.parse.parse_qsl(body))
            POOL.note("grant " + form.get("grant_type", ""))
            self.answer(*POOL.token_endpoint(form))
        elif self.path == "/" and name:
            self.answer(*POOL.call(name, json.loads(body)))
        else:
            self.answer(404, b"")


    def do_CONNECT(self):
        """RFC 9110, 9.3.6."""
        POOL.note("CONNECT " + self.path)
        host, _, port = self.path.rpartition(":")
        self.close_connection = True
        if host != "127.0.0.1":
            return self.answer(403, b"")
        with socket.create_connection((host, int(port))) as far:
            self.wfile.write(b"HTTP/1.1 200 Tunnel\r\n\r\n")
            tls.join(self.connection, far)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def listen(word):
    """Serves with the certificate that WORD names, and gives the port."""
    server = Server(("127.0.0.1", 0), Handler)
    if word != "plain":
        tls.protect(server, word.rpartition(":")[2], word.startswith("old:"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def main(folder, *certificates):
    global POOL
    POOL = Pool(folder)
    POOL.stop = threading.Event()
    ports = [listen(word) for word in certificates]
    POOL.port = ports[0]
    with open(POOL.path("port.new"), "w", encoding="ascii") as output:
        print(*ports, file=output)
    os.rename(POOL.path("port.new"), POOL.path("port"))
    # Whoever started us holds the other end; when that closes, we end.
    sys.stdin.buffer.read()
    POOL.stop.set()


if __name__ == "__main__":
    main(*sys.argv[1:])
