#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A person at a real browser: signs in to the emulator's page with headless Chromium.

click.py FOLDER USER PASSWORD ADDRESS: goes to ADDRESS, fills in the form, clicks, and writes the
address where the browser ended and the text of that page to FOLDER/{end,page}. With "paste" in
FOLDER/browser it is on another machine, whose localhost is not that of cognito-login. CHROMIUM is
the program.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

# The certificate of the emulator is of no authority that Chromium knows.
FLAGS = ["--headless", "--ignore-certificate-errors",
         "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--no-proxy-server", "--remote-debugging-pipe"]

ELSEWHERE = ["--host-resolver-rules=MAP localhost ~NOTFOUND"]

SIGN_IN = """
(() => {
    const user = document.querySelector("input[name=username]");
    const password = document.querySelector("input[name=password]");
    const button = document.querySelector("button[type=submit]");
    if (!user || !password || !button)
        return false;
    user.value = %s;
    password.value = %s;
    button.click();
    return true;
})()
"""


class Browser:
    """The DevTools protocol over a pipe: JSON with a NUL behind it."""

    def __init__(self, folder, flags):
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()

        def descriptors():
            # 3 is what the browser reads, 4 what it writes; ours may be these numbers already.
            high_in, high_out = os.dup(to_browser), os.dup(from_browser)
            os.dup2(high_in, 3)
            os.dup2(high_out, 4)

        self.process = subprocess.Popen(
            [os.environ.get("CHROMIUM", "chromium"), *FLAGS, *flags,
             "--user-data-dir=" + folder],
            close_fds=False, preexec_fn=descriptors, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.pending = b""
        self.number = 0
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=target,
                                 flatten=True)["sessionId"]

    def read(self):
        while b"\0" not in self.pending:
            piece = os.read(self.input, 65536)
            if not piece:
                sys.exit("click: the browser has gone")
            self.pending += piece
        message, _, self.pending = self.pending.partition(b"\0")
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if getattr(self, "session", None):
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    return {"error": answer["error"]}
                return answer["result"]

    def evaluate(self, expression):
        return self.call("Runtime.evaluate", expression=expression).get("result", {}).get("value")

    def address(self):
        history = self.call("Page.getNavigationHistory")
        if "error" in history:  # between two pages
            return ""
        return history["entries"][history["currentIndex"]]["url"]

    def await_truth(self, question):
        for _ in range(300):
            if question():
                return
            time.sleep(0.1)
        sys.exit("click: it did not come; at " + self.address() + "\n" +
                 str(self.evaluate("document.body.innerText")))

    def close(self):
        self.call("Browser.close")
        self.process.wait(30)


def write(folder, name, text):
    with open(os.path.join(folder, name + ".new"), "w", encoding="utf-8") as output:
        output.write(text)
    os.rename(os.path.join(folder, name + ".new"), os.path.join(folder, name))


def is_elsewhere(folder):
    with open(os.path.join(folder, "browser"), encoding="utf-8") as words:
        return "paste" in words.read()


def main(folder, user, password, address):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        browser = Browser(data, ELSEWHERE if is_elsewhere(folder) else [])
        browser.call("Page.navigate", url=address)
        form = SIGN_IN % (json.dumps(user), json.dumps(password))
        browser.await_truth(lambda: browser.evaluate(form))
        browser.await_truth(lambda: browser.address().startswith("http://localhost:"))
        browser.await_truth(lambda: browser.evaluate("document.readyState") == "complete")
        write(folder, "page", browser.evaluate("document.body.innerText") or "")
        write(folder, "end", browser.address())
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
