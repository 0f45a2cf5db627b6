"""Reproduce the deterministic half of Preston & Kosov (2023), and look at what is left behind."""

import math
import re

import pytest
import xarray as xr
from conftest import nanorotor


def test_the_curves_are_those_of_the_reference(reproduction):
    # tests/reference/rates.json: to 1e-6 of the value or 1e-9 per ns.
    def rate(figure, **at):
        with xr.open_dataset(reproduction / figure / "results.nc") as ds:
            assert (ds.status == "converged").all()
            return ds.rotation_rate.sel(**at, method="nearest").item()

    preset = pytest.approx(1.2210944237, rel=1e-6)
    assert rate("figure_4", phi=-math.pi / 4) == preset
    assert rate("figure_6", V=5) == preset
    assert rate("figure_6", V=3) == pytest.approx(0.367252795, rel=1e-6)
    assert rate("figure_6", V=0) == pytest.approx(0, abs=1e-9)
    assert rate("figure_7", I=4.5e5) == preset


def test_no_statement_fails_and_those_that_need_trajectories_say_so(reproduction):
    report = (reproduction / "report.md").read_text(encoding="utf-8")
    rows = [re.split(r"(?<!\\)\|", line)[1:5] for line in report.splitlines() if line.startswith("| ")][1:]
    verdicts = [row[2].strip() for row in rows]
    assert len(rows) == 34
    assert set(verdicts) == {"holds", "only for some choices", "not computed"}
    waiting = [row[0].strip() for row in rows if row[2].strip() == "not computed"]
    assert len(waiting) == 1
    assert "long Langevin trajectories" in waiting[0]


def test_every_link_of_the_reports_leads_somewhere(reproduction):
    html = (reproduction / "report.html").read_text(encoding="utf-8")
    markdown = (reproduction / "report.md").read_text(encoding="utf-8")
    links = re.findall(r'(?:href|src)="([^"#]+)"', html) + re.findall(r"\]\(([^)]+)\)", markdown)
    assert len(links) > 30
    for link in links:
        assert (reproduction / link).is_file(), link


def test_the_report_is_one_file_that_needs_nothing(reproduction):
    html = (reproduction / "report.html").read_text(encoding="utf-8")
    assert html.count("<svg") == html.count("</svg>") == html.count("<figure>") == 6
    assert not re.search(r"<script|<link|<img|@import|url\(http", html)
    for title in ["Figure 2", "Figure 3", "Figure 4", "Figure 6", "Figure 7", "What the paper leaves open"]:
        assert f"<h3>{title}</h3>" in html, title
    assert "wide band from −10 eV" in html


def test_again_computes_nothing_and_finds_the_same(reproduction):
    files = sorted(reproduction.glob("*/results.nc"))
    before = [file.stat().st_mtime_ns for file in files]
    report = (reproduction / "report.md").read_bytes()
    assert nanorotor("reproduce", "--deterministic", "--out", reproduction).returncode == 0
    assert (reproduction / "report.md").read_bytes() == report
    assert len(files) > 15 and before == [file.stat().st_mtime_ns for file in files]
