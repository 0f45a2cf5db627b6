"""Measure the page: ``NANOROTOR=target/release/nanorotor python measure.py [STUDY]``, with Playwright.

From the move of a slider to the frame that shows the new curves, the first paint, the weight, and frames per second.
"""

import itertools
import statistics
import sys

from conftest import BROWSER, Watched, start
from playwright.sync_api import sync_playwright

#: Sliders that change the electrons, and those that leave them as they are.
SLIDERS = ["V", "phi", "Gamma_L", "kT", "xi_solv", "I"]
MOVES = 30

#: Moves a slider; the times until a frame shows the new curves, and the new numbers.
MOVE = """(name) => new Promise((done) => {
  const slider = document.getElementById(`parameter-${name}-range`);
  const root = document.documentElement;
  const times = {};
  const observer = new MutationObserver((changes) => {
    for (const attribute of new Set(changes.map((change) => change.attributeName))) {
      requestAnimationFrame(() => setTimeout(() => {
        times[attribute] ??= performance.now() - start;
        if (!times["data-shown"] || !times["data-drawn"]) return;
        observer.disconnect();
        done([times["data-drawn"], times["data-shown"]]);
      }));
    }
  });
  observer.observe(root, { attributes: true, attributeFilter: ["data-drawn", "data-shown"] });
  // Always on the same way, so that no value comes twice.
  globalThis.step ??= {};
  step[name] ??= Number(slider.value) > Number(slider.max) / 2 ? -5 : 5;
  slider.value = String(Number(slider.value) + step[name]);
  const start = performance.now();
  slider.dispatchEvent(new Event("input", { bubbles: true }));
})"""

FRAMES = """(seconds) => new Promise((done) => {
  const times = [];
  const frame = (now) => {
    times.push(now);
    if (now - times[0] < 1000 * seconds) requestAnimationFrame(frame);
    else done(times);
  };
  requestAnimationFrame(frame);
})"""

PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def percentile(values, share):
    """The value below which a share of them lies."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def sliders(page):
    """Print how long each slider takes."""
    print(f"{'':10} {'new curves':>17} {'new numbers':>17}   ms from the move to the frame")
    print(f"{'slider':10} {'median':>8} {'90 %':>8} {'median':>8} {'90 %':>8}   {MOVES} moves")
    every = []
    for name in SLIDERS:
        if page.locator(f"#parameter-{name}-range").count() == 0:
            continue
        page.evaluate(MOVE, name)
        took = []
        for _ in range(MOVES):
            took.append(page.evaluate(MOVE, name))
            page.wait_for_timeout(30)
        every += took
        row(name, took)
        page.locator("#reset").click()
        page.wait_for_timeout(300)
    row("all", every)


def row(name, took):
    """Print the median and the 90th percentile of curves and of numbers."""
    columns = [f"{statistics.median(one):8.1f} {percentile(one, 0.9):8.1f}" for one in zip(*took, strict=True)]
    print(f"{name:10} {' '.join(columns)}")


def frames(page, what):
    """Print the frames per second of the animation, when curves are at rest."""
    page.wait_for_selector("#progress:empty", state="attached")
    page.wait_for_timeout(2000)
    times = page.evaluate(FRAMES, 4)
    gaps = [after - before for before, after in itertools.pairwise(times)]
    size = page.locator("#scene").bounding_box()
    rate = len(gaps) / (times[-1] - times[0]) * 1000
    print(
        f"{what}: {rate:.0f} frames/s, median gap {statistics.median(gaps):.1f} ms, "
        f"90 % {percentile(gaps, 0.9):.1f} ms; molecule {size['width']:.0f} x {size['height']:.0f}"
    )


def main():
    """Measure one study."""
    server, url = start(*sys.argv[1:2] or ["preston2023"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        for width, height, what in ((1280, 800, "1280 x 800"), (390, 800, "390 x 800")):
            context = browser.new_context(viewport={"width": width, "height": height})
            context.set_default_timeout(120_000)
            watched = Watched(context)
            weight = []
            watched.page.on("response", lambda response, weight=weight: weight.append(response))
            page = watched.open(url)
            if width == 1280:
                page.wait_for_timeout(3000)
                print(f"first paint {page.evaluate(PAINT):.0f} ms")
                print(f"weight {sum(len(one.body()) for one in weight if '/api/' not in one.url) / 1e6:.2f} MB")
                sliders(page)
            frames(page, what)
            context.close()
        browser.close()
    server.terminate()
    server.wait()


if __name__ == "__main__":
    main()
