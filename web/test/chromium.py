"""A headless Chromium driven over its debugging pipe, with Python's standard library only.

The browser reads commands from file descriptor 3 and answers on 4: JSON texts, each ended by a zero byte.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

FLAGS = [
    "--headless", "--no-sandbox", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
    "--hide-scrollbars",
]
# WebGL is computed, so that no graphics card is needed; the rest of a page is drawn as usual, which is faster then.
WITH_WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-rasterization",
              "--disable-accelerated-2d-canvas"]
WITHOUT_WEBGL = ["--disable-gpu", "--disable-3d-apis"]
COMMAND_SECONDS = 60.0  # a command that takes longer has hung, even on a loaded machine


class BrowserError(Exception):
    pass


def _open_pipes():
    """Two pipes whose browser's ends are descriptors 3 and 4 here too, so that the child inherits them as such."""
    ends = []
    for pair in (os.pipe(), os.pipe()):
        for end in pair:
            ends.append(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10))
            os.close(end)
    browser_reads, we_write, we_read, browser_writes = ends
    os.dup2(browser_reads, 3)
    os.dup2(browser_writes, 4)
    os.close(browser_reads)
    os.close(browser_writes)
    return we_write, we_read


class Browser:
    """One browser with one page; use it in a `with` block, which ends the process and removes its profile."""

    def __init__(self, program, webgl=True):
        self._profile = tempfile.mkdtemp(prefix="caloforge-chromium-")
        self._write, self._read = _open_pipes()
        self._process = subprocess.Popen(
            [program, *FLAGS, *(WITH_WEBGL if webgl else WITHOUT_WEBGL), f"--user-data-dir={self._profile}", "about:blank"],
            pass_fds=(3, 4), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(3)
        os.close(4)
        self._buffer = b""
        self._next_id = 0
        self.problems = []  # console errors, warnings, exceptions and requests of the page, in words
        self.loaded = False
        target = self._call(None, "Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call(None, "Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method, **parameters):
        return self._call(self._session, method, **parameters)

    def _call(self, session, method, **parameters):
        self._next_id += 1
        message = {"id": self._next_id, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        text = json.dumps(message).encode() + b"\0"
        while text:
            text = text[os.write(self._write, text):]
        answer = self._receive(lambda reply: reply.get("id") == message["id"], method)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer.get("result", {})

    def _receive(self, wanted, what):
        """Reads messages, noting events on the way, until one is wanted."""
        deadline = time.monotonic() + COMMAND_SECONDS
        while True:
            while b"\0" in self._buffer:
                text, self._buffer = self._buffer.split(b"\0", 1)
                message = json.loads(text)
                self._note(message)
                if wanted(message):
                    return message
            ready, _, _ = select.select([self._read], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self._read, 1 << 16) if ready else b""
            if not chunk:
                raise BrowserError(f"{what}: the browser {'closed the pipe' if ready else 'gave no answer'}")
            self._buffer += chunk

    def _note(self, message):
        method, details = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            thrown = details["exceptionDetails"]
            words = thrown.get("exception", {}).get("description", thrown.get("text"))
            self.problems.append(f"exception: {words}")
        elif method == "Runtime.consoleAPICalled" and details["type"] in ("error", "warning", "assert"):
            words = " ".join(str(value.get("value", value.get("description"))) for value in details["args"])
            self.problems.append(f"console {details['type']}: {words}")
        elif method == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
            self.problems.append(f"log {details['entry']['level']}: {details['entry']['text']}")
        elif method == "Network.requestWillBeSent":
            url = details["request"]["url"]
            if not url.startswith(("file:", "data:", "about:")):
                self.problems.append(f"request to {url}")
        elif method == "Page.loadEventFired":
            self.loaded = True

    def open(self, url):
        self.problems.clear()
        self.loaded = False
        self.call("Page.navigate", url=url)
        if not self.loaded:
            self._receive(lambda _: self.loaded, f"loading {url}")

    def evaluate(self, expression):
        """The value of a JavaScript expression; promises are awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details.get("text")))
        return answer["result"].get("value")

    def settle(self):
        """Returns once the page has drawn what was asked of it: two frames, the second follows the first's drawing."""
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def set_screen(self, width, height, dark=False, phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=2 if phone else 1, mobile=phone)
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.settle()

    def drag(self, start, end):
        self.call("Input.dispatchMouseEvent", type="mousePressed", x=start[0], y=start[1], button="left", buttons=1,
                  clickCount=1)
        for step in (0.5, 1.0):
            x, y = (a + step * (b - a) for a, b in zip(start, end))
            self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, button="left", buttons=1)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", x=end[0], y=end[1], button="left", buttons=0,
                  clickCount=1)
        self.settle()

    def swipe(self, start, end):
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": start[0], "y": start[1]}])
        for step in (0.25, 0.5, 0.75, 1.0):
            x, y = (a + step * (b - a) for a, b in zip(start, end))
            self.call("Input.dispatchTouchEvent", type="touchMove", touchPoints=[{"x": x, "y": y}])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.settle()

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key)
        self.settle()

    def point_at(self, x, y):
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.settle()

    def screenshot(self, path, top=0, height=None):
        """The window, or as much of the whole page as `height` says, from `top` (CSS pixels)."""
        clip = {}
        if height is not None:
            width = self.evaluate("document.documentElement.clientWidth")
            clip = {"clip": {"x": 0, "y": top, "width": width, "height": height, "scale": 1}, "captureBeyondViewport": True}
        answer = self.call("Page.captureScreenshot", format="png", **clip)
        with open(path, "wb") as out:
            out.write(base64.b64decode(answer["data"]))

    def print_pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=False)["data"])
