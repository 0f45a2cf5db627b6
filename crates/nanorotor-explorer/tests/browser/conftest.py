"""Start the explorer and a browser for the tests of the page."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

BROWSER = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
PROGRAM = os.environ.get("NANOROTOR", "nanorotor")


def start(*arguments):
    """Start `nanorotor explore` and give it back with the address that it prints."""
    command = [PROGRAM, "explore", *arguments, "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in server.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line):
            return server, found[0]
    raise RuntimeError(f"{command} printed no address and ended with {server.wait()}")


@pytest.fixture(scope="session")
def address():
    """The address of a running explorer."""
    server, url = start()
    yield url
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def chromium():
    """The system's browser."""
    if BROWSER is None:
        pytest.skip("no Chromium (on Debian and Ubuntu: apt install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright (pip install playwright)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        yield browser
        browser.close()


def settled(page, read):
    """What `read` gives when it has stayed the same for half a second, however slow the machine is."""
    before = read()
    for _ in range(100):
        page.wait_for_timeout(500)
        now = read()
        if now == before:
            return now
        before = now
    raise AssertionError(f"it never comes to rest, {before!r} is the last of it")


class Watched:
    """A page of the explorer with what it complained about and asked for."""

    def __init__(self, context):
        self.page = context.new_page()
        self.errors = []
        self.requests = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, url):
        """Open an address and wait for the first point."""
        self.page.goto(url)
        self.page.wait_for_selector("html[data-shown]", state="attached")
        return self.page

    def shown(self):
        """The number of the point that is shown."""
        return int(self.page.locator("html").get_attribute("data-shown"))

    def after(self, act):
        """Do something and wait until another point is shown."""
        before = self.shown()
        act()
        self.page.wait_for_selector(f"html:not([data-shown='{before}'])", state="attached")

    def type(self, name, text):
        """Type the text of a parameter."""
        field = self.page.locator(f"#parameter-{name}-text")
        self.after(lambda: (field.fill(text), field.press("Enter")))


@pytest.fixture
def context(chromium):
    """A browser that knows nothing yet."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    # A machine that does other things beside must not fail them.
    context.set_default_timeout(300_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def watched(context, address):
    """The explorer's page, open; at the end it must have complained of nothing and asked nobody else."""
    watched = Watched(context)
    watched.open(address)
    yield watched
    assert watched.errors == []
    host = address.split("/?")[0]
    assert [url for url in watched.requests if not url.startswith((host, "blob:", "data:"))] == []


@pytest.fixture
def page(watched):
    """The page of `watched`."""
    return watched.page


AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
