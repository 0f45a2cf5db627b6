"""A sweep on a Dask cluster: the same bits for any number of workers, whatever happens to them."""

import os
import signal
import subprocess
import sys
import threading
import time

import nanorotor as nr
import pytest
from conftest import bits

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        yield cluster


def test_a_cluster_gives_the_bits_of_one_machine(cluster, light, tmp_path):
    text = light.text + '\n[compute]\nwhat = ["rate", "simulate"]\n[simulate]\ntotal_time = "50 ns"\n'
    study = nr.Study.from_text(text).with_(I="4.5e3 au", V=[2.0, 3.0, 4.0])
    alone = study.run(kernel="portable")
    with distributed.Client(cluster) as client:
        found = study.run(tmp_path / "out", client=client, kernel="portable")
        assert bits(found) == bits(alone)
        # Everything is kept: nothing is left to do.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(client, "submit", None)
            assert bits(study.run(tmp_path / "out", client=client, kernel="portable")) == bits(alone)
        # What this machine began, the cluster ends.
        study.with_(V=[2.0]).run(tmp_path / "mixed", kernel="portable")
        assert bits(study.run(tmp_path / "mixed", client=client, kernel="portable")) == bits(alone)


@pytest.mark.parametrize("victims", [1, 2])
def test_a_worker_killed_half_way_costs_only_its_own_points(light, tmp_path, victims):
    """With both of them dies every copy of the study."""
    study = light.with_(V=[2 + 0.02 * k for k in range(100)])
    alone = study.run(kernel="portable")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        distributed.Client(cluster) as client,
    ):
        pids = list(client.run(os.getpid).values())
        killed = threading.Event()

        def kill():
            store = tmp_path / "out" / "store.sqlite"
            start = time.monotonic()
            while time.monotonic() - start < 60 and not killed.is_set():
                if store.exists() and stored(store) >= 10:
                    for pid in pids[:victims]:
                        os.kill(pid, signal.SIGKILL)
                    killed.set()
                time.sleep(0.005)

        thread = threading.Thread(target=kill)
        thread.start()
        found = study.run(tmp_path / "out", client=client, kernel="portable")
        thread.join()
        assert killed.is_set()
    assert bits(found) == bits(alone)


def test_workers_may_come_after_the_call(light):
    """As they do where a queue of jobs starts them."""
    with (
        distributed.LocalCluster(n_workers=0, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        distributed.Client(cluster) as client,
    ):
        later = threading.Timer(1.0, cluster.scale, [2])
        later.start()
        found = light.run(client=client, kernel="portable", V=[2.0, 3.0])
        later.join()
    assert bits(found) == bits(light.run(kernel="portable", V=[2.0, 3.0]))


def stored(path):
    import sqlite3

    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return connection.execute("SELECT count(*) FROM point").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_an_error_of_a_point_comes_back(cluster, light):
    study = light.with_(kT=[0.03, -0.03])
    with distributed.Client(cluster) as client, pytest.raises(nr.StudyError, match="not positive"):
        study.run(client=client)


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is told by Dask to give memory back at once")
def test_workers_keep_memory_between_jobs():
    """With the environment of Dask's workers, pages are not taken from the system anew for every job."""
    script = """
import resource, sys
import nanorotor as nr
from nanorotor import _dask
study = nr.Study.preset("preston2023").with_(V=[3.0 + 0.01 * k for k in range(20)])
if sys.argv[1] == "as Dask":
    _dask._keep_memory = lambda: None
for job in range(20):
    _dask._compute(study, job, "portable")
    if job == 9:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
    environment = {**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"}

    def faults(way):
        line = [sys.executable, "-c", script, way]
        return int(subprocess.run(line, check=True, capture_output=True, text=True, env=environment).stdout)

    assert faults("as we do") < faults("as Dask") / 4
