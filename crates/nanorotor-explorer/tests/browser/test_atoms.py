"""The real molecule of a study that comes from a scan."""

import itertools
import json
import math
import urllib.request
from pathlib import Path

import pytest
from conftest import Watched, start

STUDY = Path(__file__).parents[3] / "nanorotor/studies/biphenyl.toml"

LAYOUT = """async (study) => {
  const { layoutOf } = await import("/js/layout.js");
  const { rotor, rest, sense, start, tips, way } = layoutOf(study);
  return { rotor, rest, sense, start, tips, way: way(0, 1) };
}"""


@pytest.fixture(scope="module")
def biphenyl():
    server, url = start(str(STUDY))
    yield url
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def described(biphenyl):
    """What the server says of the study."""
    address, token = biphenyl.split("/?token=")
    body = json.dumps({"study": {"opened": True}, "set": {}}).encode()
    request = urllib.request.Request(f"{address}/api/study", body, {"X-Nanorotor-Token": token})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def turned(geometry, angle):
    """The places of the atoms when the rotor has gone an angle, right-handed about the axis."""
    length = math.hypot(*geometry["direction"])
    u = [x / length for x in geometry["direction"]]
    places = [list(place) for place in geometry["positions"]]
    for k in geometry["rotor"]:
        arm = [x - p for x, p in zip(places[k], geometry["point"], strict=True)]
        along = sum(a * b for a, b in zip(u, arm, strict=True))
        across = [u[(i + 1) % 3] * arm[(i + 2) % 3] - u[(i + 2) % 3] * arm[(i + 1) % 3] for i in range(3)]
        places[k] = [
            p + math.cos(angle) * a + math.sin(angle) * c + (1 - math.cos(angle)) * along * d
            for p, a, c, d in zip(geometry["point"], arm, across, u, strict=True)
        ]
    return places


def drawn(layout, geometry, angle):
    """The places that the page draws, in the order of the atoms."""
    turn = layout["sense"] * (angle - layout["start"])
    rotor, rest = iter(layout["rotor"]["atoms"]), iter(layout["rest"]["atoms"])
    places = []
    for k in range(len(geometry["numbers"])):
        if k in geometry["rotor"]:
            x, y, z = next(rotor)["at"]
            places.append([x, math.cos(turn) * y - math.sin(turn) * z, math.sin(turn) * y + math.cos(turn) * z])
        else:
            places.append(next(rest)["at"])
    return places


def volume(places, four):
    """Six times the signed volume of a tetrahedron: its sign tells a molecule from its mirror image."""
    a, *others = (places[k] for k in four)
    u, v, w = ([x - y for x, y in zip(other, a, strict=True)] for other in others)
    return sum(u[i] * (v[(i + 1) % 3] * w[(i + 2) % 3] - v[(i + 2) % 3] * w[(i + 1) % 3]) for i in range(3))


def test_the_atoms_are_drawn_where_they_are(context, biphenyl, described):
    page = Watched(context).open(biphenyl)
    geometry = described["geometry"]
    assert sorted(set(geometry["numbers"])) == [1, 6]
    assert (len(geometry["numbers"]), len(geometry["rotor"]), len(geometry["bonds"])) == (22, 11, 23)
    assert geometry["anchors"] == [[2, 0], [3, 0], [9, 1], [10, 1]]
    layout = page.evaluate(LAYOUT, described)
    for angle in (0.0, 0.7, -2.1):
        exact, found = turned(geometry, angle - geometry["angle"]), drawn(layout, geometry, angle)
        for i, j in itertools.combinations(range(22), 2):
            assert math.dist(found[i], found[j]) == pytest.approx(math.dist(exact[i], exact[j]), abs=1e-3)
        # Two atoms of each ring: the twist has the sign of the scan's.
        four = (0, 4, 7, 11)
        assert volume(found, four) == pytest.approx(volume(exact, four), abs=1e-2)
        assert angle == 0.0 or abs(volume(exact, four)) > 1


def test_electrons_go_from_atom_to_atom(context, biphenyl, described):
    page = Watched(context).open(biphenyl)
    layout = page.evaluate(LAYOUT, described)
    stations = [station["at"] for station in layout["way"]]
    first, *inner, last = stations
    assert first[0] < min(x for x, *_ in inner)
    assert last[0] > max(x for x, *_ in inner)
    # Carbon to carbon.
    assert all(1.3 < math.dist(a, b) < 1.6 for a, b in itertools.pairwise(inner))
    assert len(layout["tips"]) == 2


def test_the_page_says_which_molecule_turns(context, biphenyl):
    watched = Watched(context)
    page = watched.open(biphenyl)
    assert page.locator("#scene").get_attribute("aria-label").startswith("C12H10, atom by atom, between its electrodes")
    page.wait_for_timeout(500)
    assert watched.errors == []
