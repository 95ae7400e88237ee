"""Builds the documentation site by Sphinx: the pages of a checkout, the reference, and diagrams drawn as SVG.

The site needs no network: fonts, scripts and search lie in it. Needed to build it: the extra `docs` and a checkout."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from posixpath import join, normpath, relpath

from single_window.reference import pages

CHECKOUT = Path(__file__).parents[2]
SITE = Path(__file__).parent / "html"
"""Where the site is built, and where a wheel carries it."""
FIRST, CONF = "docs/index", "docs/conf.py"
HOW = "it is built in a checkout, where the extra is installed: pip install -e '.[docs]', then make docs"
CHAPTERS = {"": "Guides", "add": "Recipes", "law": "The law", "reference": "Reference", "adr": "Decisions"}
"""What the side bar calls the pages of each folder under docs/."""
STYLE = "svg{background:#fff}foreignObject{overflow:visible}"
"""Drawings are read on a dark page too, and labels in whatever font a browser has."""
_DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SIZE = re.compile(r'width="100%"(?=[^>]* viewBox="\S+ \S+ (\S+) (\S+)")')
"""The width of a drawing, which as a picture has its own size instead."""
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")
_TO_SITE = '<!doctype html><title>…</title><meta http-equiv="refresh" content="0; url={page}.html">\n'


class SiteProblem(Exception):
    """The site cannot be built; says why and what to do."""


def built(folder: Path | None, checkout: Path = CHECKOUT, installed: Path = SITE) -> Path:
    """The folder of a site that is up to date: built into it, or where none is named into that of the package.

    Where nothing can be built, the site that was installed is taken; `SiteProblem` where there is none.
    """
    if folder is not None or can_build(checkout):
        build(folder or installed, checkout)
    elif not (installed / "index.html").is_file():
        raise SiteProblem(f"no site was installed; {HOW}")
    return folder or installed


def can_build(checkout: Path) -> bool:
    """Whether a checkout's pages and what builds them are there."""
    there = all((checkout / name).is_file() for name in ("setup.cfg", CONF))
    return there and find_spec("sphinx") is not None


def build(site: Path, checkout: Path = CHECKOUT) -> None:
    """Builds the site into a folder, again only what changed; a broken link or unlisted page raises `SiteProblem`."""
    if not can_build(checkout):
        raise SiteProblem(f"there are no pages here to build the site from; {HOW}")
    source = checkout / "build" / "docs" / "source"
    stage(source)
    render(source, site, source.parent / "doctrees")
    (site / "index.html").write_text(_TO_SITE.format(page=FIRST), "utf-8")


def render(source: Path, site: Path, read: Path) -> None:
    """Makes a site of staged pages; `read` keeps what was read of them. A warning raises `SiteProblem`."""
    from sphinx.cmd.build import build_main

    conf = f"--conf-dir={(CHECKOUT / CONF).parent}"
    options = ["--quiet", "--fail-on-warning", "--jobs=auto", conf, f"--doctree-dir={read}"]
    if build_main([*options, str(source), str(site)]):
        # what was read is not read again, and then warned of no more
        shutil.rmtree(read, ignore_errors=True)
        raise SiteProblem("the site was not built; the lines above name page and line of what is wrong")


def stage(folder: Path) -> None:
    """Writes the sources of the site into a folder, and drops what is left there from pages that are gone."""
    texts = written_pages() | {f"docs/reference/{name}": text for name, text in pages.pages().items()}
    staged = {name: _as_site(folder, name, text) for name, text in texts.items()}
    staged[f"{FIRST}.md"] += "\n".join(_contents(texts))
    pages.write(folder, staged)
    for picture in (CHECKOUT / "docs").rglob("*.png"):
        target = folder / picture.relative_to(CHECKOUT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(picture, target)
    for page in folder.rglob("*.md"):
        if page.relative_to(folder).as_posix() not in staged:
            page.unlink()


def written_pages() -> dict[str, str]:
    """The pages of the checkout that people write, by their path in it."""
    found = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")]
    return {page.relative_to(CHECKOUT).as_posix(): page.read_text("utf-8") for page in sorted(found)}


def _as_site(folder: Path, name: str, text: str) -> str:
    """A page as the site has it: its diagrams are pictures, and what leads to program text is that text's name."""
    here = Path(name).parent.as_posix()
    text = _DIAGRAM.sub(lambda found: f"![diagram]({relpath(_drawn(folder, found[1]), here)})", text)
    return _LINK.sub(lambda found: found[1] if _is_program(normpath(join(here, found[2]))) else found[0], text)


def _is_program(place: str) -> bool:
    return not place.endswith((".md", ".png")) and (CHECKOUT / place).exists()


def _drawn(folder: Path, diagram: str) -> str:
    """The place of a diagram's picture, which is drawn unless it is there; what cannot be drawn is refused."""
    from merman import Merman, MermanError

    place = f"diagrams/{sha256(diagram.encode()).hexdigest()[:16]}.svg"
    if not (folder / place).exists():
        try:
            drawn = Merman().render_svg(diagram, None)
        except MermanError as error:
            raise SiteProblem(f"a diagram cannot be drawn: {error}\n{diagram}") from error
        sized = _SIZE.sub(r'width="\1" height="\2"', drawn, count=1)
        pages.write(folder, {place: sized.replace("<style>", f"<style>{STYLE}", 1)})
    return place


def _contents(texts: Mapping[str, str]) -> Iterator[str]:
    """The side bar: the pages in the order in which the index links to them, then the decisions by their number."""
    links = [link for _, link in _LINK.findall(texts[f"{FIRST}.md"]) if link.partition("#")[0].endswith(".md")]
    decisions = sorted(name.removeprefix("docs/") for name in texts if name.startswith("docs/adr/"))
    linked = dict.fromkeys([*links, *decisions])
    for chapter, title in CHAPTERS.items():
        yield from ("", "```{toctree}", ":hidden:", ":titlesonly:", f":caption: {title}", "")
        yield from (link for link in linked if _chapter(link) == chapter)
        yield from ("```", "")


def _chapter(link: str) -> str:
    folder = Path(link).parent.as_posix()
    return folder if folder in CHAPTERS else ""
