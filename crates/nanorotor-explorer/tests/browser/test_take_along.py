"""What a reader takes along from the page: texts, studies with their tables, files of panels."""

import subprocess
import zipfile

import pytest
from conftest import PROGRAM


def test_nothing_is_locked_in(watched):
    page = watched.page
    watched.type("V", "3 eV")
    page.locator("#export").click()
    text = page.locator("#export-text")
    forms = {
        "command": ["nanorotor rate", "V"],
        "python": ["import nanorotor", "V"],
        "toml": ["[parameters]"],
        "sweep": ["[sweep]"],
    }
    for name, words in forms.items():
        page.locator(f"#tab-{name}").click()
        for word in words:
            text.filter(has_text=word).wait_for()
        page.locator("#copy").click()
        page.locator("#copied").filter(has_text="copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == text.text_content()
    page.locator("#close").click()


@pytest.mark.parametrize("panel", ["landscape", "curve"])
def test_panels_become_files(page, panel):
    for form, start in {"csv": b"", "svg": b"<", "pdf": b"%PDF"}.items():
        with page.expect_download() as download:
            page.locator(f".downloads[data-panel={panel}] [data-format={form}]").click()
        content = download.value.path().read_bytes()
        assert content.startswith(start)
        assert len(content) > 100
        assert download.value.suggested_filename.endswith(form)


def exported(page, name):
    """Open a form of `Copy as …`."""
    page.locator("#export").click()
    page.locator(f"#tab-{name}").click()
    page.locator(f"#tab-{name}[aria-selected=true]").wait_for()


def test_a_study_comes_with_its_tables(watched, tmp_path):
    page = watched.page
    page.evaluate("location.hash = '#study.preset=graphene&V=2 eV'")
    exported(page, "toml")
    page.locator("#beside").filter(has_text="graphene_band.csv").wait_for()
    with page.expect_download() as download:
        page.locator("#save").click()
    assert download.value.suggested_filename == "study.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    folder = tmp_path / "graphene"
    assert sorted(path.name for path in folder.iterdir()) == ["graphene_band.csv", "study.toml"]
    assert 'V = "2 eV"' in (folder / "study.toml").read_text()
    # Reading a study reads its tables.
    subprocess.run([PROGRAM, "cite", folder / "study.toml"], capture_output=True, check=True)


def test_a_study_without_tables_is_one_file_and_takes_its_sweep(watched, tmp_path):
    page = watched.page
    watched.after(lambda: page.evaluate("location.hash = '#study.preset=wind&view.over=V'"))
    exported(page, "sweep")
    page.locator("#export-text").filter(has_text="V = {").wait_for()
    assert page.locator("#beside").is_hidden()
    with page.expect_download() as download:
        page.locator("#save").click()
    assert download.value.suggested_filename == "study.toml"
    download.value.save_as(tmp_path / "study.toml")
    # In place of that of the preset, which is over a load, too.
    checked = subprocess.run([PROGRAM, "check", tmp_path / "study.toml"], capture_output=True, text=True, check=True)
    assert checked.stdout.endswith("sweep\n  V: 41 values from 0 eV to 6 eV\n"), checked.stdout
    page.locator("#tab-command").click()
    page.locator("#save").wait_for(state="hidden")
