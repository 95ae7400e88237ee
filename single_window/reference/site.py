"""Builds the documentation site with Sphinx: the pages of a checkout, the reference, and diagrams as SVG.

The site contains fonts, scripts and search, so it needs no network. Building needs a checkout and the extra `docs`.

The reference is built, not kept in the repository: pages link to it as `reference/NAME.md`. Sphinx with MyST reads
CommonMark as the repository shows it, and warns of every link that leads nowhere, which fails the build; MkDocs is no
longer maintained. Diagrams are drawn by merman, which needs no browser.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from posixpath import join, normpath, relpath

from single_window.reference import pages

CHECKOUT = Path(__file__).parents[2]
SITE = Path(__file__).parent / "html"
"""Output folder of the site, also inside a wheel."""
FIRST, CONF = "docs/index", "docs/conf.py"
HOW = "it is built in a checkout, where the extra is installed: pip install -e '.[docs]', then make docs"
CHAPTERS = {"": "Guides", "add": "Recipes", "law": "The law", "reference": "Reference", "adr": "Decisions"}
"""Folder under docs/ → its heading in the side bar."""
STYLE = "svg{background:#fff}foreignObject{overflow:visible}"
"""Makes drawings legible on dark pages, and labels with any browser font."""
_DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SIZE = re.compile(r'width="100%"(?=[^>]* viewBox="\S+ \S+ (\S+) (\S+)")')
"""The width attribute of a drawing, which is replaced by the size of its viewBox."""
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")
_TO_SITE = '<!doctype html><title>…</title><meta http-equiv="refresh" content="0; url={page}.html">\n'


class SiteProblem(Exception):
    """The site cannot be built; the message gives the reason and the remedy."""


def built(folder: Path | None, checkout: Path = CHECKOUT, installed: Path = SITE) -> Path:
    """Build the site into a folder (None: the package's) and return it.

    If it cannot be built, returns the installed site; raises `SiteProblem` if there is none.
    """
    if folder is not None or can_build(checkout):
        build(folder or installed, checkout)
    elif not (installed / "index.html").is_file():
        raise SiteProblem(f"no site was installed; {HOW}")
    return folder or installed


def can_build(checkout: Path) -> bool:
    """True if the checkout's pages and Sphinx are available."""
    there = all((checkout / name).is_file() for name in ("setup.cfg", CONF))
    return there and find_spec("sphinx") is not None


def build(site: Path, checkout: Path = CHECKOUT) -> None:
    """Build changed pages of the site into a folder; raises `SiteProblem` for a broken link or an unlisted page."""
    if not can_build(checkout):
        raise SiteProblem(f"there are no pages here to build the site from; {HOW}")
    source = checkout / "build" / "docs" / "source"
    stage(source)
    render(source, site, source.parent / "doctrees")
    (site / "index.html").write_text(_TO_SITE.format(page=FIRST), "utf-8")


def render(source: Path, site: Path, read: Path) -> None:
    """Render staged pages; `read`: Sphinx's cache folder. Raises `SiteProblem` after a warning."""
    from sphinx.cmd.build import build_main

    conf = f"--conf-dir={(CHECKOUT / CONF).parent}"
    options = ["--quiet", "--fail-on-warning", "--jobs=auto", conf, f"--doctree-dir={read}"]
    if build_main([*options, str(source), str(site)]):
        # drop the cache, because cached pages would not cause the warning again
        shutil.rmtree(read, ignore_errors=True)
        raise SiteProblem("the site was not built; the lines above name page and line of what is wrong")


def stage(folder: Path) -> None:
    """Write the sources of the site into a folder, and delete those of removed pages."""
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
    """Path → text of the hand-written pages of the checkout."""
    found = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")]
    return {page.relative_to(CHECKOUT).as_posix(): page.read_text("utf-8") for page in sorted(found)}


def _as_site(folder: Path, name: str, text: str) -> str:
    """Convert a page for the site: diagrams become pictures, links to source files become plain names."""
    here = Path(name).parent.as_posix()
    text = _DIAGRAM.sub(lambda found: f"![diagram]({relpath(_draw(folder, found[1]), here)})", text)
    return _LINK.sub(lambda found: found[1] if _is_program(normpath(join(here, found[2]))) else found[0], text)


def _is_program(place: str) -> bool:
    return not place.endswith((".md", ".png")) and (CHECKOUT / place).exists()


def _draw(folder: Path, diagram: str) -> str:
    """Draw a diagram unless its picture exists; returns the picture's path. Raises `SiteProblem`."""
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
    """The side bar: pages in the order of links in the index, then decision records by number."""
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


def site_server(folder: Path, host: str, port: int) -> ThreadingHTTPServer:
    """A server of the files in a folder, bound but not serving yet; port 0: any free one."""
    return ThreadingHTTPServer((host, port), partial(SilentHandler, directory=str(folder)))


class SilentHandler(SimpleHTTPRequestHandler):
    """A request handler for files that logs nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""
