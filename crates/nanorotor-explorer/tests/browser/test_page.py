"""The explorer's page in a real browser."""

import http.client
import json
import math
import os
import re
import subprocess
import urllib.parse

import pytest
from conftest import AXE, PROGRAM, Watched, settled

PARAMETERS = ["V", "phi", "A", "Gamma_L", "Gamma_R", "E_1", "E_2", "v", "kT", "band_bottom", "xi_solv", "I"]
PANELS = ["potential", "density", "friction", "noise", "torque", "sensitivity", "levels"]
# A page heavier than this is too slow on a phone beside a lecture's network; the number.
HEAVIEST = 1_500_000


def rate(*settings, study="preston2023"):
    """What the command line says of a point."""
    sets = [word for setting in settings for word in ("--set", setting)]
    command = [PROGRAM, "rate", study, *sets, "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def printed(page):
    """The rotation rate that the page prints."""
    text = page.locator("#rate").inner_text().replace("−", "-")
    return float(re.search(r"R = (-?[\d.]+)", text)[1])


def sign(page):
    return page.locator("#rate").get_attribute("data-sign")


def test_it_shows_what_the_command_line_says(page):
    expected = rate()
    assert printed(page) == pytest.approx(expected["rotation_rate"], rel=1e-3)
    current = page.locator('dd[data-name="mean_current.left"]').inner_text()
    assert float(current.split(" ±")[0]) == pytest.approx(expected["mean_current"]["left"], rel=1e-3)
    # Another band takes another landscape, which the page leaves out.
    doubtful = [name for name, entry in expected["validity"].items() if entry["standing"] != "holds" and name != "band"]
    for name in doubtful:
        assert name.replace("_", " ") in page.locator("#doubts summary").inner_text()


def test_the_page_is_light(context, address):
    watched = Watched(context)
    sizes = []
    watched.page.on("response", lambda response: sizes.append(response))
    watched.open(address)
    watched.page.wait_for_load_state("networkidle")
    files = [response for response in sizes if "/api/" not in response.url and response.status == 200]
    assert any("three.core" in response.url for response in files)
    assert sum(len(response.body()) for response in files) < HEAVIEST


def test_every_slider_moves_its_parameter(watched):
    page = watched.page
    for name in PARAMETERS:
        field = page.locator(f"#parameter-{name}-text")
        before = field.input_value()
        watched.after(lambda name=name: page.locator(f"#parameter-{name}-range").press("ArrowLeft"))
        after = field.input_value()
        assert after != before
        assert printed(page) == pytest.approx(rate(f"{name}={after}")["rotation_rate"], rel=2e-3, abs=1e-6)
        watched.after(lambda: page.locator("#undo").click())
        assert field.input_value() == before


def test_a_formula_is_as_good_as_a_number(watched):
    watched.type("Gamma_R", "0.1 eV")
    watched.type("Gamma_L", "Gamma_R*2")
    expected = rate("Gamma_R=0.1 eV", "Gamma_L=0.2 eV")["rotation_rate"]
    assert printed(watched.page) == pytest.approx(expected, rel=1e-3)


def test_the_rotor_stops_without_an_angle_between_the_rings(watched):
    assert sign(watched.page) == "1"
    watched.type("phi", "0")
    assert sign(watched.page) == "0"
    assert "neither way" in watched.page.locator("#direction").inner_text()


def test_it_turns_round_when_the_couplings_are_exchanged(watched):
    page = watched.page
    before = printed(page)
    watched.after(lambda: page.get_by_role("button", name="Exchange Gamma_L and Gamma_R").click())
    assert sign(page) == "-1"
    assert printed(page) == pytest.approx(-before, rel=1e-3)


def test_undo_redo_and_reset(watched):
    page = watched.page
    field = page.locator("#parameter-V-text")
    assert page.locator("#undo").is_disabled()
    watched.type("V", "3 eV")
    watched.type("V", "2 eV")
    watched.after(lambda: page.locator("#undo").click())
    assert field.input_value() == "3 eV"
    watched.after(lambda: page.locator("#redo").click())
    assert field.input_value() == "2 eV"
    watched.after(lambda: page.locator("#reset").click())
    assert field.input_value() == "5 eV"
    watched.after(lambda: page.keyboard.press("Control+z"))
    assert field.input_value() == "2 eV"


def test_a_link_brings_everything_back(watched, context):
    page = watched.page
    watched.type("V", "3 eV")
    page.locator("#tab-torque").click()
    page.locator("#rotors").select_option("4")
    page.locator("#over").select_option("V")
    page.locator("#link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    other = Watched(context).open(link)
    assert other.locator("#parameter-V-text").input_value() == "3 eV"
    assert other.locator("#tab-torque").get_attribute("aria-selected") == "true"
    assert other.locator("#rotors").input_value() == "4"
    assert other.locator("#over").input_value() == "V"
    assert printed(other) == printed(page)


def test_a_mistake_is_told_at_its_parameter(context, address):
    watched = Watched(context)
    page = watched.open(address)
    field = page.locator("#parameter-V-text")
    mistake = page.locator("#parameter-V-mistake")
    told = []
    for text in ("5 apples", "2*", "nothing", "1/0", "5 s"):
        field.fill(text)
        field.press("Enter")
        # Each text has words of its own.
        mistake.filter(has_text=re.compile(".")).filter(has_not_text=told[-1] if told else "\0").wait_for()
        assert field.get_attribute("aria-invalid") == "true"
        assert field.input_value() == text
        told.append(mistake.inner_text())
    watched.type("V", "4 eV")
    assert field.get_attribute("aria-invalid") == "false"
    assert mistake.inner_text() == ""


def test_a_lost_server_is_told_and_found_again(context, address):
    watched = Watched(context)
    page = watched.open(address)
    context.set_offline(True)
    field = page.locator("#parameter-V-text")
    field.fill("3 eV")
    field.press("Enter")
    page.locator("#alarm").wait_for(state="visible")
    assert "does not answer" in page.locator("#alarm").inner_text()
    context.set_offline(False)
    page.locator("#alarm").wait_for(state="hidden")
    page.wait_for_selector("#parameter-V-text")
    assert printed(page) == pytest.approx(rate("V=3 eV")["rotation_rate"], rel=1e-3)


def test_what_takes_long_is_told_and_gives_way(watched):
    """Without friction the rate takes minutes: its numbers are marked, and the next value does not wait for it."""
    page = watched.page
    before = page.locator("html").get_attribute("data-drawn")
    field = page.locator("#parameter-xi_solv-text")
    field.fill("0")
    field.press("Enter")
    page.locator("#numbers[aria-busy=true]").wait_for()
    # The landscape is there already.
    page.wait_for_selector(f"html:not([data-drawn='{before}'])", state="attached")
    watched.type("xi_solv", "4 au")
    page.locator("#numbers:not([aria-busy])").wait_for()
    assert printed(page) == pytest.approx(rate("xi_solv=4 au")["rotation_rate"], rel=1e-3)


def test_two_tabs_do_not_disturb_each_other(context, address):
    tabs = [Watched(context), Watched(context)]
    for tab in tabs:
        tab.open(address)
    voltages = ["3 eV", "4 eV"]
    before = [tab.shown() for tab in tabs]
    for tab, voltage in zip(tabs, voltages, strict=True):
        field = tab.page.locator("#parameter-V-text")
        field.fill(voltage)
        field.press("Enter")
    for tab, number, voltage in zip(tabs, before, voltages, strict=True):
        tab.page.wait_for_selector(f"html:not([data-shown='{number}'])", state="attached")
        assert printed(tab.page) == pytest.approx(rate(f"V={voltage}")["rotation_rate"], rel=1e-3)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"X-Nanorotor-Token": "wrong"}, 401),
        ({}, 200),
    ],
)
def test_strangers_get_no_answer(address, headers, status):
    url = urllib.parse.urlparse(address)
    token = urllib.parse.parse_qs(url.query)["token"][0]
    connection = http.client.HTTPConnection(url.hostname, url.port)
    connection.request("GET", "/api/presets", headers={"X-Nanorotor-Token": token, **headers})
    assert connection.getresponse().status == status


def test_every_panel_draws(page):
    for panel in PANELS:
        page.locator(f"#tab-{panel}").click()
        picture = page.locator("#landscape-panel .uplot canvas[role=img]")
        picture.wait_for()
        assert len(picture.get_attribute("aria-label")) > 20
        assert page.locator(f"#tab-{panel}").get_attribute("aria-selected") == "true"


ON_THE_POTENTIAL = """() => {
  const [overlay, plot] = [".overlay", ".uplot canvas"].map((one) => document.querySelector(`#landscape-panel ${one}`));
  const { data } = overlay.getContext("2d").getImageData(0, 0, overlay.width, overlay.height);
  let [count, x, y] = [0, 0, 0];
  for (let k = 0; k < data.length / 4; k++) {
    if (data[4 * k + 3] > 128) [count, x, y] = [count + 1, x + (k % overlay.width), y + Math.floor(k / overlay.width)];
  }
  return [count, x / count, y / count, overlay.width, overlay.height, plot.width, plot.height];
}"""


def test_the_rotor_is_seen_on_the_potential(page):
    page.locator("#play").click()
    for width in (1280, 900):
        page.set_viewport_size({"width": width, "height": 800})
        count, x, y, *sizes = settled(page, lambda: page.evaluate(ON_THE_POTENTIAL))
        # The whole point of radius 6 is seen, and the layer covers the plot.
        assert count == pytest.approx(math.pi * 36, rel=0.25)
        assert sizes[:2] == sizes[2:]
        assert 0 < x < sizes[0]
        assert 0 < y < sizes[1]


def test_the_keyboard_moves_through_the_tabs(page):
    page.locator("#tab-potential").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#tab-density").get_attribute("aria-selected") == "true"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.id") == "tab-levels"


def test_a_click_on_the_curve_sets_its_parameter(watched):
    page = watched.page
    page.locator("#over").select_option("V")
    canvas = page.locator("#curve-panel .u-over")
    canvas.wait_for()
    page.wait_for_selector('#curve-panel canvas[aria-label*="against V, from"]')
    box = canvas.bounding_box()
    watched.after(lambda: page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    text = page.locator("#parameter-V-text").input_value()
    value = float(text.split()[0])
    low, high = (float(page.locator(end).input_value().split()[0]) for end in ("#from", "#to"))
    assert value == pytest.approx((low + high) / 2, abs=0.02 * (high - low))
    assert printed(page) == pytest.approx(rate(f"V={text}")["rotation_rate"], rel=1e-3, abs=1e-6)


def test_the_keyboard_picks_a_point_of_the_curve(watched):
    page = watched.page
    page.locator("#over").select_option("V")
    page.wait_for_selector('#curve-panel canvas[aria-label*="against V, from"]')
    before = page.locator("#parameter-V-text").input_value()
    page.locator("#curve-panel").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    spoken = page.locator("#curve-spoken").inner_text()
    assert re.match(r"V = \S+ eV: ", spoken)
    # Going along the curve sets nothing.
    assert page.locator("#parameter-V-text").input_value() == before
    watched.after(lambda: page.keyboard.press("Enter"))
    chosen = page.locator("#parameter-V-text").input_value()
    assert chosen.replace("-", "−") == spoken.split(": ")[0].split(" = ")[1]
    assert printed(page) == pytest.approx(rate(f"V={chosen}")["rotation_rate"], rel=1e-3, abs=1e-6)
    page.keyboard.press("Escape")
    assert page.locator("#curve-spoken").inner_text() == ""


def test_the_keyboard_picks_a_point_of_the_map(watched):
    page = watched.page
    page.locator("#over").select_option("phi")
    page.locator("#and").select_option("V")
    page.wait_for_selector('#curve-panel > canvas[aria-label*="phi and V, from"]')
    page.locator("#curve-panel").focus()
    for key in ("Home", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    spoken = dict(part.split(" = ") for part in page.locator("#curve-spoken").inner_text().split(": ")[0].split(", "))
    watched.after(lambda: page.keyboard.press("Enter"))
    for name, text in spoken.items():
        field = page.locator(f"#parameter-{name}-text").input_value()
        assert float(field.split()[0]) == pytest.approx(float(text.split()[0].replace("−", "-")), rel=1e-3)


def test_a_map_against_two_parameters(page):
    page.locator("#over").select_option("phi")
    page.locator("#and").select_option("V")
    page.wait_for_selector('#curve-panel > canvas[aria-label*="phi and V, from"]')


def test_presets_open(watched):
    page = watched.page
    groups = page.locator("#preset optgroup").evaluate_all(
        "all => all.map((one) => [one.label, [...one.children].map(({ value, textContent }) => [value, textContent])])"
    )
    assert [label for label, _ in groups] == ["Preston & Kosov (2023)", "Other rotors", "Molecules, atom by atom"]
    # One of each group: that all are studies is tested beside their list.
    for _, presets in groups:
        value, title = presets[-1] if len(presets) > 2 else presets[0]
        watched.after(lambda value=value: page.locator("#preset").select_option(value))
        assert page.locator("#alarm").is_hidden()
        assert page.locator("#preset option:checked").inner_text() == title


def test_a_file_opens_as_a_study(watched, tmp_path):
    page = watched.page
    file = tmp_path / "mine.toml"
    root = os.path.join(os.path.dirname(__file__), "../../../nanorotor/studies/wind.toml")
    with open(root, encoding="utf-8") as wind:
        file.write_text(wind.read(), encoding="utf-8")
    watched.after(lambda: page.locator("#open").set_input_files(file))
    page.wait_for_selector("#parameter-load-text")
    assert printed(page) == pytest.approx(rate(study=str(file))["rotation_rate"], rel=1e-3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_can_be_used_by_everybody(chromium, address, scheme, width):
    if not AXE.exists():
        pytest.skip("no axe-core (npm install in crates/nanorotor-explorer)")
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = Watched(context).open(address)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_one_screen_holds_it_all(page):
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_the_theme_can_be_switched(page):
    before = page.locator("html").get_attribute("data-theme")
    page.locator("#theme").click()
    assert page.locator("html").get_attribute("data-theme") != before


def test_it_turns_and_stops_turning(page):
    counted = page.locator("#turns")
    counted.filter(has_text="turns forward").wait_for()
    page.locator("#play").click()
    assert "turns forward" in settled(page, counted.inner_text)


def test_it_stands_still_for_whom_motion_disturbs(chromium, address):
    context = chromium.new_context(reduced_motion="reduce")
    page = Watched(context).open(address)
    assert page.locator("#play").inner_text() == "Play"
    context.close()


def test_what_stands_still_is_not_drawn(page):
    """A paused page leaves the machine alone, and is drawn again where something changes."""
    page.locator("#play").click()
    page.evaluate("""async () => {
      const { Molecule } = await import("/js/molecule.js");
      const draw = Molecule.prototype.draw;
      globalThis.drawn = 0;
      Molecule.prototype.draw = function (now) { globalThis.drawn++; draw.call(this, now); };
    }""")
    before = settled(page, lambda: page.evaluate("drawn"))
    page.locator("#theme").click()
    page.wait_for_selector("html[data-theme=dark]")
    assert settled(page, lambda: page.evaluate("drawn")) > before


POINT = """async (preset) => {
  const api = await import("/js/api.js");
  const what = ["landscape", "rate"];
  return api.point({ study: { preset }, set: { V: "4.5 eV" }, tab: "test", sequence: 1, what, angles: 256 });
}"""

LONG_RUN = """async ([dynamics, time]) => {
  const { Ensemble } = await import("/js/integrator.js");
  const ensemble = new Ensemble(dynamics, 16, 20261127);
  ensemble.advance(Math.round(5 / ensemble.dt));
  ensemble.restart();
  ensemble.advance(Math.round(time / ensemble.dt));
  return [ensemble.meanRate(), ensemble.time * 16];
}"""


@pytest.mark.parametrize(("preset", "time"), [("preston2023", 150), ("wind", 150)])
def test_the_drawn_rotors_turn_at_the_rate(watched, preset, time):
    """At most 3.9 standard deviations off: a right integrator fails with a chance of 1e-4, were the seed another."""
    page = watched.page
    point = page.evaluate(POINT, preset)
    rate, total = page.evaluate(LONG_RUN, [point["dynamics"], time])
    exact = point["rate"]["rotation_rate"]
    spread = math.sqrt(2 * point["rate"]["rotational_diffusion"] / total) / (2 * math.pi)
    assert abs(rate - exact) < 3.9 * spread
