"""Complete the documentation site with what stands outside of docs/ and what the program says itself.

README.md, ARCHITECTURE.md, CONTRIBUTING.md, CHANGELOG.md and the studies become pages; the page on commands is their
help; the gallery is what `nanorotor` computes and draws for each study. Equations in fences of `math` become MathML,
which browsers draw without scripts or fonts.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from latex2mathml.converter import convert
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parent.parent
STUDIES = ROOT / "crates" / "nanorotor" / "studies"
EXAMPLES = ROOT / "crates" / "nanorotor" / "examples"
PROGRAM = Path(os.environ.get("NANOROTOR", ROOT / "target" / "debug" / "nanorotor"))
RUSTDOC = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "doc"

# Pages of the repository's root, and their names on the site.
PAGES = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}

# Folders, and the pages that show what is in them.
FOLDERS = {
    "crates/nanorotor/studies": "gallery.md",
    "crates/nanorotor/examples": "examples.md",
    "docs/examples": "examples.md",
}

# The crates whose pages rustdoc writes, and what these pages need beside them.
CRATES = ("nanorotor", "nanorotor_figures", "nanorotor_explorer", "nanorotor_cli")
SHARED = ("static.files", "search.index", "src-files.js", "crates.js", "help.html", "settings.html", "search.desc")

LINK = re.compile(r'(\]\(|src=")([^)"#\s]+)(#[^)"\s]*)?(\)|")')
ROLE = re.compile(r":(?:meth|class|func|attr|mod):(?=<code>)")

figures = TemporaryDirectory(prefix="nanorotor-site-")


def run(*arguments: str | Path) -> str:
    """What the program prints."""
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode > 1:
        raise PluginError(f"nanorotor {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def on_config(config: Any) -> Any:
    """Look for what the site is made of, and draw equations."""
    if not PROGRAM.exists():
        raise PluginError(f"{PROGRAM} is missing: cargo build --workspace --bins")
    if not (RUSTDOC / "nanorotor" / "index.html").exists():
        raise PluginError(f"{RUSTDOC} has no pages: cargo doc --workspace --lib --no-deps")

    def equation(source: str, *_: object, **__: object) -> str:
        return f'<div class="equation">{convert(source.strip(), display="block")}</div>'

    fences = config.mdx_configs.setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    fences.append({"name": "math", "class": "equation", "format": equation})
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages and figures that docs/ does not have."""
    for source, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    for path in (ROOT / "CITATION.cff", *sorted(STUDIES.iterdir())):
        files.append(File.generated(config, path.relative_to(ROOT).as_posix(), abs_src_path=str(path)))
    files.append(File.generated(config, "commands.md", content=commands()))
    files.append(File.generated(config, "examples.md", content=examples()))
    files.append(File.generated(config, "gallery.md", content=gallery()))
    for figure in sorted(Path(figures.name).iterdir()):
        files.append(File.generated(config, f"gallery/{figure.name}", abs_src_path=str(figure)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Point links within the repository to their pages on the site."""
    here = page.file.src_uri
    source = next((name for name, target in PAGES.items() if target == here), f"docs/{here}")

    def link(match: re.Match[str]) -> str:
        before, target, anchor, after = match.groups()
        if ":" in target:
            return match[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        if path in PAGES:
            path = PAGES[path]
        elif path in FOLDERS:
            path = FOLDERS[path]
        elif path.startswith("docs/"):
            path = path.removeprefix("docs/")
        return f"{before}{posixpath.relpath(path, posixpath.dirname(here) or '.')}{anchor or ''}{after}"

    return LINK.sub(link, markdown)


def on_page_content(html: str, **_: object) -> str:
    """Leave out the roles of reStructuredText in docstrings."""
    return ROLE.sub("", html)


def on_post_build(config: Any) -> None:
    """Put rustdoc's pages beside those of the site."""
    to = Path(config.site_dir) / "rust"
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir()
    for name in (*CRATES, *(f"src/{crate}" for crate in CRATES), *SHARED):
        source = RUSTDOC / name
        if source.is_dir():
            shutil.copytree(source, to / name)
        elif source.exists():
            shutil.copy(source, to / name)


def commands() -> str:
    """The page on commands: what each says of itself."""
    text = run("help")
    names = re.findall(r"^  ([a-z]+) ", text.split("Commands:", 1)[1].split("Options:", 1)[0], re.M)
    page = ["# Commands\n\nWhat `nanorotor help` says, and `--help` of each command.\n", f"```text\n{text}```\n"]
    page += [f"## `{name}`\n\n```text\n{run(name, '--help')}```\n" for name in names if name != "help"]
    return "\n".join(page)


def examples() -> str:
    """The page of short programs in Python and Rust."""
    page = ["# Examples\n\nShort programs, in Python (`docs/examples`) and Rust (`crates/nanorotor/examples`).\n"]
    for language, folder, ending in (("python", ROOT / "docs" / "examples", "py"), ("rust", EXAMPLES, "rs")):
        page.append(f"## {language.capitalize()}\n")
        page += [
            f"### {path.name}\n\n```{language}\n{path.read_text(encoding='utf-8')}```\n"
            for path in sorted(folder.glob(f"*.{ending}"))
        ]
    return "\n".join(page)


def gallery() -> str:
    """The page of studies: what each is about, what comes out, and how it looks."""
    intro = (
        "# Gallery\n\nThe studies in `studies/`, each with its landscape and its rotation rate at the values\n"
        "of its file. Those that come with the program are known to it by name.\n"
    )
    with ThreadPoolExecutor(2) as pool:
        return intro + "\n".join(pool.map(exhibit, sorted(STUDIES.glob("*.toml"))))


def exhibit(study: Path) -> str:
    """A study of the gallery."""
    lines = study.read_text(encoding="utf-8").splitlines()
    about = " ".join(line[1:].strip() for line in lines[: next(i for i, line in enumerate(lines) if line[:1] != "#")])
    title = next(line.split('"')[1] for line in lines if line.startswith("title"))
    figure = f"{study.stem}.svg"
    run("landscape", study, "--plot", Path(figures.name) / figure)
    rate = "\n".join(run("rate", study).splitlines()[:8])
    return (
        f"## {title}\n\n{about}\n\n![Landscape of {study.stem}](gallery/{figure})\n\n"
        f"```text\n{rate}\n```\n\nThe study: [{study.name}]({study.relative_to(ROOT).as_posix()})\n"
    )
