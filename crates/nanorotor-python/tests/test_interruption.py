"""Ctrl-C, threads, progress."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import nanorotor as nr
import pytest


def interrupted(code: str, begun: Callable[[], bool] = lambda: True) -> tuple[float, str]:
    """Run a script, press Ctrl-C a second after it has begun, and give how long it took to stop, and what it said."""
    script = f"""
import nanorotor as nr
study = nr.Study.preset("preston2023")
print("begin", flush=True)
try:
    {code}
except KeyboardInterrupt:
    print("stopped", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begin\n"
        while not begun():
            time.sleep(0.1)
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        told = process.stdout.read()
        assert process.wait() == 0
        return time.monotonic() - start, told


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
@pytest.mark.parametrize(
    "code",
    [
        'study.simulate(time="1 s")',
        'study.simulate(time="1 s", V=[3, 4])',
        "study.rate(V=[6e-5 * k for k in range(100_000)])",
        'study.simulate(time="1 ns", dt="0.01 au")',
        'study.trajectories(time="1 ms", dt="1 au")',
        'study.trajectories(time="1 s")',
    ],
)
def test_control_c_stops(code):
    seconds, told = interrupted(code)
    assert told == "stopped\n"
    # An hour of work stops within one point of it.
    assert seconds < 60


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_control_c_keeps_what_is_finished(tmp_path):
    folder = tmp_path / "out"
    store = folder / "store.sqlite"

    def one_is_finished():
        if not store.exists():
            return False
        with contextlib.closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as connection:
            try:
                return connection.execute("SELECT count(*) FROM point").fetchone()[0] > 0
            except sqlite3.OperationalError:
                return False

    code = f"study.run({str(folder)!r}, V=[2 + 0.001 * k for k in range(3000)])"
    _, told = interrupted(code, begun=one_is_finished)
    assert told == "stopped\n"
    shown = subprocess.run(
        [sys.executable, "-m", "nanorotor", "export", folder, "--format", "csv"],
        capture_output=True,
        text=True,
        check=True,
    )
    left = int(shown.stderr.split("note: ")[1].split(" ")[0])
    assert 0 < left < 3000


def test_other_threads_go_on(motor):
    ticks = 0
    done = threading.Event()

    def count():
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    start = time.monotonic()
    motor.simulate(time="300 ns")
    seconds = time.monotonic() - start
    done.set()
    thread.join()
    # With the interpreter's lock held there would be none.
    assert ticks > 20 * seconds


def test_progress_is_told_in_order_and_its_errors_come_through(monkeypatch, motor):
    seen = []

    class Bar:
        total = 0.0
        n = 0.0

        def __init__(self, **_):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def update(self, more):
            self.n += more
            seen.append((self.n, self.total))

    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    motor.simulate(time="200 ns", progress=True)
    assert seen
    assert seen == sorted(seen)
    # Trials of time steps have a total of their own; in that of the run the burn-in counts.
    totals = [total for _, total in seen]
    assert len({total for total in totals if total != totals[0]}) <= 1
    assert totals == sorted(totals)
    assert seen[-1][1] > 200
    assert seen[-1][0] == pytest.approx(seen[-1][1])

    def fail(*_):
        raise RuntimeError("the bar broke")

    monkeypatch.setattr(Bar, "update", fail)
    with pytest.raises(RuntimeError, match="the bar broke"):
        motor.simulate(time="1 s", dt="500 au", progress=True)


def test_a_shared_study_serves_many_threads(light):
    expected = float(light.rate(V=3).rotation_rate)
    found = []
    threads = [threading.Thread(target=lambda: found.append(float(light.rate(V=3).rotation_rate))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4
    assert isinstance(light, nr.Study)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_process_that_forks_computes_on():
    script = """
import multiprocessing
import nanorotor as nr
study = nr.Study.preset("preston2023").with_(I="4.5e4 au")

def everything(_=None):
    study.check(), study.validity(), study.landscape(), study.rate(), study.rate(V=[3, 4]), study.run(V=[3, 4])
    study.simulate(time="20 ns", dt="500 au"), study.trajectories(time="0.1 ns", dt="500 au")
    return float(study.rate(V=3).rotation_rate)

here = everything()
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(everything, range(2)) == [here, here]
"""
    # It would wait for ever.
    subprocess.run([sys.executable, "-c", script], check=True, timeout=900)
