"""Forms of pages: what a browser would send, with the first choice of each kind and the ticks that are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import html

FORM_TAGS = ("input", "select", "textarea")
UNSENT = frozenset({"button", "submit", "reset", "image", "file"})
"""Types of fields that a form without files does not send of itself."""
ARMED = ("armed", "act")
"""The names of the choices of an act."""
TICK, TYPED = "case", "复核记录"
"""The name of the boxes by which cases are ticked, and what is typed where a text is asked for and none stands."""


class PageForm(NamedTuple):
    """A form that is posted: its address, its fields and the values of each, and its buttons, by name and value."""

    action: str
    element: html.HtmlElement
    buttons: Sequence[tuple[str, str]]

    @property
    def ticks(self) -> Sequence[str]:
        """The values of its boxes of cases."""
        return [str(each.get("value")) for each in self._named() if each.get("name") == TICK and _is(each, "checkbox")]

    @property
    def armed(self) -> Sequence[str]:
        """The acts that can be armed in it."""
        return [str(each.get("value")) for each in self._named() if each.get("name") in ARMED and _is(each, "radio")]

    @property
    def is_decision(self) -> bool:
        """True if it decides about a case in the version that is shown."""
        return any(each.get("name") == "version" for each in self._named())

    @property
    def acts(self) -> Sequence[Mapping[str, str]]:
        """Return what to send for each of the acts that it offers."""
        if self.armed:
            return [{"armed": act, "act": act} for act in self.armed]
        return [{name: value} for name, value in self.buttons[-1:] if name]

    def values(self, ticks: Sequence[str] = (), wanted: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
        """Return what is sent: hidden fields, what stands or is ticked in the others, of choices the first where none
        is chosen, and a text where nothing stands; `ticks`: the cases that are ticked; `wanted`: fields with other
        values."""
        sent, chosen = list[tuple[str, str]](), set[str]()
        wanted = wanted or {}
        checked = {str(each.get("name")) for each in self._named() if _is(each, "radio") and "checked" in each.attrib}
        for each in self._named():
            name, value = str(each.get("name")), str(each.get("value") or "")
            if name in wanted or _is(each, *UNSENT) or "disabled" in each.attrib:
                continue
            if name == TICK and _is(each, "checkbox"):
                sent += [(name, value)] if value in ticks else []
            elif _is(each, "checkbox"):
                sent += [(name, value)] if "checked" in each.attrib or name.startswith("questions") else []
            elif _is(each, "radio"):
                if "checked" in each.attrib or (name not in checked and name not in chosen):
                    chosen.add(name)
                    sent.append((name, value))
            else:
                sent.append((name, value or _text_of(each)))
        return [*sent, *wanted.items()]

    def _named(self) -> Iterator[html.HtmlElement]:
        """Its fields, and those elsewhere on the page that name it."""
        inside = [*self.element.iter(*FORM_TAGS)]
        name, page = self.element.get("id"), self.element.getroottree()
        outside = [each for each in page.iter(*FORM_TAGS) if name and each.get("form") == name]
        return (each for each in [*inside, *outside] if each.get("name"))


def _is(field: html.HtmlElement, *kinds: str) -> bool:
    return field.tag == "input" and field.get("type", "text") in kinds


def _text_of(field: html.HtmlElement) -> str:
    """Return what stands in a field without a value: the chosen or the first choice, its text, or what is typed
    there."""
    if field.tag == "select":
        options = [*field.iter("option")]
        found = next((each for each in options if "selected" in each.attrib), options[0] if options else None)
        return "" if found is None else str(found.get("value", found.text or ""))
    if field.tag == "textarea":
        return (field.text or "").strip() or TYPED
    return TYPED if field.get("name") == "reason" else ""


def forms_of(page: str) -> list[PageForm]:
    """The forms of a page that are posted."""
    forms = html.document_fromstring(page).iter("form")
    return [PageForm(str(form.get("action") or ""), form, _buttons(form)) for form in forms if _is_posted(form)]


def _is_posted(form: html.HtmlElement) -> bool:
    return bool(form.get("action")) and str(form.get("method", "")).lower() == "post"


def _buttons(form: html.HtmlElement) -> list[tuple[str, str]]:
    found = [each for each in form.iter("button") if each.get("type", "submit") == "submit"]
    return [(str(each.get("name") or ""), str(each.get("value") or "")) for each in found]
