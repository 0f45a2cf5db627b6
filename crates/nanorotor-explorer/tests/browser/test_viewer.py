"""The molecule in three dimensions that the Python package shows in notebooks, as a page in the browser."""

import json
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "nanorotor-python/python/nanorotor/molecule/viewer.html"
#: Four atoms about the x axis; the last one turns, in four frames.
MOLECULE = {
    "angles": [0.0, 1.570796, 3.141593, 4.712389],
    "frames": [[-2, 1, 0, -0.7, 0, 0, 0.7, 0, 0, 2, y, z] for y, z in ((1, 0), (0, 1), (-1, 0), (0, -1))],
    "names": ["C0", "C1", "C2", "N3"],
    "colours": ["#909090", "#909090", "#909090", "#3050f8"],
    "radii": [0.35, 0.35, 0.35, 0.35],
    "rotor": [2, 3],
    "bonds": [[0, 1], [1, 2], [2, 3]],
    "anchors": [{"lead": "left", "atoms": [0], "colour": "#0072b2"}],
    "turns": True,
    "axis": [1.0, 0.0, 0.0],
    "start": 0.0,
    "view": [0.4, 0.3],
    "paint": {"rotor": "#d55e00", "rest": "#666666"},
}


def opened(context, tmp_path, molecule):
    """The page of a molecule, as a file, with what it complained about and asked for."""
    place = tmp_path / "molecule.html"
    data = json.dumps(molecule).replace("<", "\\u003c")
    place.write_text(PAGE.read_text(encoding="utf-8").replace("/*MOLECULE*/", data), encoding="utf-8")
    page = context.new_page()
    said, asked = [], []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(place.as_uri())
    return page, said, asked


@pytest.fixture
def viewer(context, tmp_path):
    page, said, asked = opened(context, tmp_path, MOLECULE)
    yield page
    assert said == []
    assert asked == [(tmp_path / "molecule.html").as_uri()]


def picture(page):
    return page.evaluate("document.querySelector('canvas').toDataURL()")


def colours(page):
    """How many points of the picture have a colour of their own."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector("canvas");
          const points = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          let orange = 0, blue = 0;
          for (let k = 0; k < points.length; k += 4) {
            const [r, g, b, a] = points.slice(k, k + 4);
            if (a > 200 && r > 150 && r - b > 80) orange++;
            if (a > 200 && b > 150 && b - r > 60) blue++;
          }
          return { orange, blue };
        }"""
    )


def test_it_draws_what_turns_and_what_is_touched(viewer):
    seen = colours(viewer)
    assert seen["orange"] > 300
    assert seen["blue"] > 300
    assert viewer.locator("output").inner_text() == "θ = 0°"
    label = viewer.locator("canvas").get_attribute("aria-label")
    assert label.startswith("Molecule of 4 atoms at θ = 0°")


def test_the_slider_turns_the_rotor(viewer):
    before = picture(viewer)
    viewer.locator("input").fill("90")
    assert viewer.locator("output").inner_text() == "θ = 90°"
    # Between frames places are interpolated, and 360° is 0° again.
    viewer.locator("input").fill("45.5")
    between = picture(viewer)
    viewer.locator("input").fill("360")
    assert picture(viewer) == before
    assert between != before


def test_the_view_turns_by_hand_and_by_keys(viewer):
    pictures = [picture(viewer)]
    viewer.locator("canvas").focus()
    for key in ("ArrowLeft", "ArrowUp", "+"):
        viewer.keyboard.press(key)
        pictures.append(picture(viewer))
    viewer.mouse.move(400, 200)
    viewer.mouse.down()
    viewer.mouse.move(460, 230)
    viewer.mouse.up()
    pictures.append(picture(viewer))
    assert len(set(pictures)) == 5
    # Without a pressed button nothing moves.
    viewer.mouse.move(100, 100)
    assert picture(viewer) == pictures[-1]


def test_the_button_turns_it_until_it_is_stopped(viewer):
    button = viewer.locator("button")
    button.click()
    assert button.inner_text() == "Stop"
    viewer.wait_for_function("!document.querySelector('output').value.endsWith(' 0°')")
    button.click()
    assert button.inner_text() == "Turn"


def test_a_molecule_at_one_angle_has_nothing_to_turn(context, tmp_path):
    still = {**MOLECULE, "angles": [0.0], "frames": MOLECULE["frames"][:1], "rotor": [], "turns": False}
    page, said, _ = opened(context, tmp_path, still)
    assert colours(page)["blue"] > 300
    assert not page.locator("form").is_visible()
    assert said == []
