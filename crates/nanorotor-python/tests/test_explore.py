"""The explorer's page from Python."""

import subprocess
import sys
import urllib.error
import urllib.request

import nanorotor as nr
import pytest


def answer(url):
    with urllib.request.urlopen(url) as response:
        return response.read().decode()


def test_the_page_is_served_until_it_is_stopped(motor):
    with motor.explore(browser=False, V="3 eV") as explorer:
        assert explorer.running
        assert explorer.url.startswith("http://127.0.0.1:")
        assert "<html" in answer(explorer.url)
        assert explorer.url.replace("&", "&amp;") in explorer._repr_html_()
        port = int(explorer.url.split(":")[2].split("/")[0])
        with pytest.raises(nr.ModelError, match=f"port {port} of 127.0.0.1 cannot be used"):
            motor.explore(port=port, browser=False)
    assert not explorer.running
    assert "stopped" in repr(explorer)
    with pytest.raises(urllib.error.URLError):
        answer(explorer.url)


def test_the_page_ends_with_the_process():
    script = 'import nanorotor as nr; print(nr.Study.preset("preston2023").explore(browser=False).url)'
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    with pytest.raises(urllib.error.URLError):
        answer(done.stdout.strip())
