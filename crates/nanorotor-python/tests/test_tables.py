"""Junctions whose matrices lie in NetCDF files."""

import copy
import pickle

import nanorotor as nr
import numpy as np
import pytest
import xarray as xr
from nanorotor import _native

LEVELS = 6
REST = """
[parameters]
V = "0.8 eV"
[band]
bottom = "-8 eV"
[[lead]]
name = "left"
chemical_potential = "V/2"
thermal_energy = "300 K"
channel = [ { broadening = "1 eV", vector = "w_left" } ]
[[lead]]
name = "right"
chemical_potential = "-V/2"
thermal_energy = "300 K"
channel = [ { broadening = "1 eV", vector = "w_right" } ]
[rotor]
period = "2*pi"
moment_of_inertia = "4.5e3 au"
potential = "potential"
[environment]
friction = "5 au"
thermal_energy = "300 K"
"""


def arrays(levels=LEVELS, angles=32):
    """A chain of complex hoppings with one harmonic, its drop of a bias, and couplings at its ends."""
    theta = np.arange(angles) * 2 * np.pi / angles
    turn = np.cos(theta)[:, None, None]
    hop = np.diag(np.full(levels - 1, 0.8 + 0.1j), 1)
    h = (hop + hop.conj().T) * (1 + 0.3 * turn) + np.diag(np.linspace(-0.5, 0.5, levels))
    drop = np.diag(np.linspace(0.5, -0.5, levels)) * (1 + 0.1 * turn)
    w = np.zeros((2, angles, levels))
    w[0, :, 0], w[1, :, -1] = 0.5 + 0.2 * np.cos(theta), 0.4 + 0.1 * np.sin(theta)
    return theta, h, drop, w, 0.05 * np.cos(theta - 0.3)


def made(**more):
    theta, h, drop, w, potential = arrays()
    leads = [nr.Lead("left", "V/2", "300 K", coupling=w[0]), nr.Lead("right", "-V/2", "300 K", coupling=w[1])]
    given = {"terms": {"V": drop}, "potential": potential, "parameters": {"V": "0.8 eV"}, **more}
    return nr.Study.from_junction(
        h,
        leads,
        theta=theta,
        band_bottom="-8 eV",
        moment_of_inertia="4.5e3 au",
        friction="5 au",
        thermal_energy="300 K",
        **given,
    )


def dataset():
    theta, h, drop, w, potential = arrays()
    matrix, vector = ("theta", "level", "level_2"), ("theta", "level")
    return xr.Dataset(
        {
            "h": (matrix, h.real, {"units": "eV"}),
            "h_imag": (matrix, h.imag, {"units": "eV"}),
            "h_V": (matrix, drop, {"units": "1"}),
            "w_left": (vector, w[0]),
            "w_right": (vector, w[1]),
            "potential": ("theta", 1000 * potential, {"units": "meV"}),
        },
        {"theta": ("theta", np.rad2deg(theta), {"units": "degree"}), "level": [f"site {i}" for i in range(LEVELS)]},
    )


@pytest.mark.parametrize(
    ("engine", "format", "encoding"),
    [
        ("netcdf4", "NETCDF4", {"zlib": True, "shuffle": True, "chunksizes": (5, 4, 3)}),
        ("h5netcdf", "NETCDF4", {"compression": "gzip", "fletcher32": True}),
        ("netcdf4", "NETCDF3_64BIT", {}),
    ],
)
def test_what_xarray_writes_is_the_junction_that_python_makes(tmp_path, engine, format, encoding):
    pytest.importorskip({"netcdf4": "netCDF4"}.get(engine, engine))
    matrices = {name: encoding for name in ("h", "h_imag", "h_V")}
    dataset().to_netcdf(tmp_path / "scan.nc", engine=engine, format=format, encoding=matrices)
    text = '[molecule]\ntable = "scan.nc"\nhamiltonian = "h + V*h_V"\n' + REST
    read = nr.Study.from_text(text, directory=tmp_path)
    for bias in (0.8, 0.3):
        found, expected = read.landscape(V=bias), made().landscape(V=bias)
        np.testing.assert_allclose(found.torque, expected.torque, rtol=0, atol=1e-10 * np.max(np.abs(expected.torque)))
        np.testing.assert_allclose(found.friction, expected.friction, rtol=1e-9)
    if engine == "h5netcdf":
        assert "scan.nc, 32 angles over 2 pi: h (6 x 6), h_V (6 x 6)" in read.check()


def test_arrays_stay_with_their_study(tmp_path):
    study = made().with_(V=0.5)
    expected = study.landscape().torque.values
    for other in (pickle.loads(pickle.dumps(study)), copy.deepcopy(study)):
        assert other == study
        assert hash(other) == hash(study)
        np.testing.assert_array_equal(other.landscape().torque, expected)
    assert made() == made()
    assert made() != made(potential=1.1 * arrays()[4])
    study.write(tmp_path / "rotor.toml")
    written = nr.Study.load(tmp_path / "rotor.toml")
    np.testing.assert_array_equal(written.landscape().torque, expected)
    study.to_netcdf(tmp_path / "same.nc")
    with xr.open_dataset(tmp_path / "same.nc") as found:
        assert found.h.dims == ("theta", "level", "level_2")
        assert found.h.attrs["units"] == "eV"
        np.testing.assert_allclose(found.h + 1j * found.h_imag, arrays()[1], atol=1e-15)
    # The copy of the study in a folder of results has its table too.
    text, held = study.text + '[compute]\nwhat = ["landscape"]\n', study._source[3]
    landscape = nr.Study._of(_native.Study.from_text(text, "made", None, held), (text, "made", None, held))
    landscape.run(tmp_path / "results")
    copied = nr.Study.load(tmp_path / "results" / "study.toml").with_(V=0.5)
    np.testing.assert_array_equal(copied.landscape().torque, expected)
    with pytest.raises(nr.ModelError, match="not made of sampled arrays"):
        nr.Study.preset().to_netcdf(tmp_path / "none.nc")
    with pytest.raises(nr.FileError):
        study.write(tmp_path / "nowhere" / "rotor.toml")


@pytest.mark.parametrize(("name", "beside"), [("graphene", "mine_graphene_band.csv"), ("biphenyl", "mine.nc")])
def test_presets_take_their_tables_along(tmp_path, name, beside):
    study = nr.Study.preset(name).with_(V=0.5)
    study.write(tmp_path / "mine.toml")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["mine.toml", beside])
    written = nr.Study.load(tmp_path / "mine.toml")
    assert float(written.landscape().barrier) == float(study.landscape().barrier)
    # They go along to other processes, too.
    assert pickle.loads(pickle.dumps(study)) == study


def test_names_that_are_taken_give_way():
    parameters = {"V": "0.8 eV", "h": "0.1 eV", "w_left": 2.0}
    study = made(parameters=parameters, load="h/1000*w_left")
    assert 'hamiltonian = "h_2 + V*h_V"' in study.text
    np.testing.assert_array_equal(study.landscape().torque, made().landscape().torque)
