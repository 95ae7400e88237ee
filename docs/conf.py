"""What Sphinx makes of the documentation; `make docs` calls it (single_window/reference/site.py)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinx.search import SearchLanguage

import single_window

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Cross-border single window 跨境电商单一窗口模拟器"
release = single_window.__version__
language = "en"
extensions = ["myst_parser"]
root_doc = "docs/index"
myst_heading_anchors = 4
smartquotes = False
html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sphinx = False
html_search_language = "zh-en"


class WordsAndPairs(SearchLanguage):
    """Chinese is found by pairs of neighbouring characters, the rest by words; numbers too, since codes are numbers.

    The browser looks for no term of digits alone: both sides put a letter before it.
    """

    lang = "zh-en"
    language_name = "ChineseAndEnglish"
    js_splitter_code = r"""
function splitQuery(query) {
  const parts = query.match(/[\u4e00-\u9fff]+|[^\W\u4e00-\u9fff]+/gu) ?? [];
  return parts.flatMap((part) => {
    if (part.match(/^\d+$/)) return ["n" + part];
    if (!part.match(/^[\u4e00-\u9fff]{3,}$/)) return [part];
    return Array.from(part.slice(1), (after, place) => part[place] + after);
  });
}
"""

    def split(self, input: str) -> list[str]:
        """The terms of a text."""
        return [term for part in re.findall(r"[\u4e00-\u9fff]+|[^\W\u4e00-\u9fff]+", input) for term in _terms(part)]


def _terms(part: str) -> list[str]:
    if part.isdigit():
        return [f"n{part}"]
    if len(part) > 2 and "\u4e00" <= part[0] <= "\u9fff":
        return [part[place : place + 2] for place in range(len(part) - 1)]
    return [part.lower()]


def setup(app: Sphinx) -> None:
    """Adds the search in both languages."""
    app.add_search_language(WordsAndPairs)
