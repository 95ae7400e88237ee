"""Reads the pages of a sandbox as its officers have them, with all filters and orders to which their links lead, and
then does what the pages offer: cases one by one, and ticked cases at once. What comes of each is a view as well."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import html

from simulators.entry.windows import SandboxClient
from simulators.scenarios.views.forms import PageForm, forms_of
from simulators.scenarios.views.officers import OfficerBrowser, ShownPage, SignedInOfficers
from simulators.scenarios.views.reading import NUMBERED, View

FIRST_PAGES = ("/home", "/review", "/", "/declarations")
LAST_PAGES = ("/home", "/review", "/log", "/log.csv", "/my-decisions", "/supervision")
"""What is read once more when all have acted."""
ELSEWHERE = ("/api/", "/console/static", "/docs", "/messages", "/metrics", "/openapi", "/rules", "/static/", "/log/")
"""Where the paths of pages begin that are not the desk's, or tell of the machine."""
OF_THE_WINDOW = frozenset({"/sign-in", "/sign-out", "/healthz", "/readyz", "/supervision/statistics.csv"})
MOST_OF_A_SHAPE, MOST_PAGES, MOST_OF_OTHERS = 3, 50, 14
"""Pages of a shape, and pages in all that are read as the first officer and as each of the others."""
FIXED = ("sandbox", "lang")
BULK, MOST_CASES, MOST_ACTS = "/review/cases", 4, 8
"""The form about ticked cases, how many cases each officer decides one by one, and how many acts about ticked ones."""
TAKEN_WITH = 2
"""One case in so many is ticked for an act."""
SEARCHED, LEAST, PART = "/declarations", 4, 6
"""The page that searches; texts of rows that are searched for have so many characters, and are cut after so many."""
Link = tuple[str, tuple[tuple[str, str], ...]]
"""A path and its query."""


class DeskReader:
    """The pages of a sandbox as officers have them."""

    def __init__(self, sandbox: SandboxClient, officers: SignedInOfficers) -> None:
        self._sandbox, self._officers = sandbox, officers

    def views(self, names: Sequence[str]) -> Iterator[View]:
        """Yield what each of these officers sees, and then what comes of what each does in turn."""
        for name in names:
            yield from self._pages(name, MOST_PAGES if name == names[0] else MOST_OF_OTHERS)
        yield from self._found(names[0])
        for name in names:
            yield from self._decided(name)
        for name in names:
            yield from self._ticked(name)
            yield from self._last(name)

    def _browser(self, name: str) -> OfficerBrowser:
        return self._officers.browser(name, self._sandbox.name)

    def _pages(self, name: str, most: int) -> Iterator[View]:
        browser, read = self._browser(name), Counter[str]()
        waiting, seen = deque[Link]((path, ()) for path in FIRST_PAGES), set[str]()
        while waiting and sum(read.values()) < most:
            path, query = waiting.popleft()
            address, shape = self._address(path, query), _shape(path, query)
            if address in seen or read[shape] >= MOST_OF_A_SHAPE:
                continue
            seen.add(address)
            read[shape] += 1
            page = browser.get(address)
            yield View(f"{name} {shape}", address, page.status, page.text)
            waiting.extend(self._links(page))

    def _found(self, name: str) -> Iterator[View]:
        """Yield what a search finds by what the first and the last list say of themselves, and by the beginning of
        that. A text of digits alone may also be the id of a row, which depends on what else the window was sent."""
        rows = self._sandbox.call("GET", "/declarations")["declarations"]
        texts = {str(value) for row in [*rows[:1], *rows[1:][-1:]] for value in row.values() if isinstance(value, str)}
        parts = {part for each in texts if len(each) >= LEAST for part in (each, each[:PART])}
        for text in sorted(part for part in parts if not part.isdecimal()):
            address = self._address(SEARCHED, (("number", text),))
            page = self._browser(name).get(address)
            yield View(f"{name} {SEARCHED}?number", address, page.status, page.text)

    def _last(self, name: str) -> Iterator[View]:
        for path in LAST_PAGES:
            page = self._browser(name).get(self._address(path, ()))
            yield View(f"{name} {path} in the end", path, page.status, page.text)

    def _address(self, path: str, query: Sequence[tuple[str, str]]) -> str:
        return f"{path}?{urlencode([*query, ('sandbox', self._sandbox.name), ('lang', 'en')])}"

    def _links(self, page: ShownPage) -> Iterator[Link]:
        """Paths and queries of the links of a page to others about this sandbox, and of the choices of its filters."""
        if "<html" not in page.text[:500]:
            return
        document = html.document_fromstring(page.text)
        for href in document.xpath("//a/@href"):
            parts = urlsplit(str(href))
            query = parse_qsl(parts.query, keep_blank_values=True)
            own = not parts.netloc and dict(query).get("sandbox", self._sandbox.name) == self._sandbox.name
            if own and parts.path.startswith("/") and not _is_elsewhere(parts.path):
                yield parts.path, tuple((key, value) for key, value in query if key not in FIXED)
        yield from _choices(document)

    def _ticked(self, name: str) -> Iterator[View]:
        """Yield what comes of each act about ticked cases, of which some may not allow it."""
        browser = self._browser(name)
        for number in range(MOST_ACTS):
            form = _bulk_form(browser.get(self._address("/review", ())))
            if form is None or number >= len(form.armed):
                break
            act = form.armed[number]
            ticks = [tick for place, tick in enumerate(form.ticks) if place % TAKEN_WITH == number % TAKEN_WITH]
            came = self._post(browser, form, ticks, {"armed": act, "act": "armed"})
            yield View(f"{name} does {act} about ticked cases", form.action, came.status, came.text)

    def _decided(self, name: str) -> Iterator[View]:
        """Yield what comes of an act about each of a few cases, another one each time."""
        browser = self._browser(name)
        for number, path in enumerate(self._cases(browser)):
            page = browser.get(self._address(path, ()))
            yield View(f"{name} opens {_shape(path, ())}", path, page.status, page.text)
            forms = [form for form in forms_of(page.text) if form.is_decision]
            acts = [(form, act) for form in forms for act in form.acts]
            if acts:
                form, act = acts[number % len(acts)]
                came = self._post(browser, form, (), act)
                yield View(f"{name} does {act['act']} at {_shape(path, ())}", path, came.status, came.text)

    def _cases(self, browser: OfficerBrowser) -> list[str]:
        """The paths of the first cases of the queue."""
        page = browser.get(self._address("/review", ()))
        if "<html" not in page.text[:500]:
            return []
        hrefs = html.document_fromstring(page.text).xpath("//li[@data-row]//a[@data-open]/@href")
        return [urlsplit(str(href)).path for href in hrefs][:MOST_CASES]

    def _post(
        self, browser: OfficerBrowser, form: PageForm, ticks: Sequence[str], wanted: Mapping[str, str]
    ) -> ShownPage:
        page = browser.post(form.action, form.values(ticks, wanted))
        self._sandbox.settle()
        return page


def _bulk_form(page: ShownPage) -> PageForm | None:
    found = [form for form in forms_of(page.text) if urlsplit(form.action).path == BULK] if page.text else []
    return found[0] if found else None


def _is_elsewhere(path: str) -> bool:
    return path.startswith(ELSEWHERE) or path in OF_THE_WINDOW


def _choices(document: html.HtmlElement) -> Iterator[Link]:
    """The pages to which the choices of forms lead that only read, each choice alone."""
    for form in document.iter("form"):
        action = str(form.get("action") or "")
        if str(form.get("method", "get")).lower() == "get" and action.startswith("/") and not _is_elsewhere(action):
            for field in form.iter("select"):
                values = [str(each.get("value", each.text or "")) for each in field.iter("option")]
                if field.get("name") not in (None, *FIXED):
                    yield from ((urlsplit(action).path, ((str(field.get("name")), value),)) for value in values)


def _shape(path: str, query: Sequence[tuple[str, str]]) -> str:
    names = "&".join(sorted(name for name, _ in query))
    path = "/parameters/…" if path.startswith("/parameters/") else NUMBERED.sub("…", path)
    return path + (f"?{names}" if names else "")
