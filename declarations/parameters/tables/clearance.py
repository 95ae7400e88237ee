"""Shapes of the tables of registration, declaration, inspection, release and taxes at import."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from declarations.parameters.tables.shape import Codes, TableShape


class BatchOpening(TableShape, frozen=True, kw_only=True):
    """The possible ways to open a batch, and its maximum number of lists."""

    by: tuple[str, ...]
    most: int


class Sampling(TableShape, frozen=True, kw_only=True):
    """The share of batches that are spot-checked, the minimum of samples, and rows of (maximum of lists, samples,
    acceptance number)."""

    spot_check: Decimal
    at_least: int
    plan: tuple[tuple[int, int, int], ...]


class DistrictReach(TableShape, frozen=True, kw_only=True):
    """The customs districts in which something applies: "everywhere", those "listed", or "regional", between the
    districts of one of the regions."""

    reach: Literal["everywhere", "listed", "regional"]
    districts: tuple[str, ...] = ()
    regions: tuple[tuple[str, ...], ...] = ()


class Prefixes(TableShape, frozen=True, kw_only=True):
    """Goods codes by their first digits."""

    prefixes: tuple[str, ...]


class PilotZones(TableShape, frozen=True, kw_only=True):
    """The cities of a batch of comprehensive pilot zones, and those whose zones it revoked."""

    cities: tuple[str, ...]
    revoked: tuple[str, ...] = ()


class Chapters(TableShape, frozen=True, kw_only=True):
    """Chapters of the tariff, two digits each."""

    chapters: tuple[str, ...]


class Modes(TableShape, frozen=True, kw_only=True):
    """Supervision modes."""

    modes: tuple[str, ...]


class ModeArea(TableShape, frozen=True, kw_only=True):
    """The places where a mode of retail import is open: everywhere, in the pilot cities, or elsewhere than in them."""

    area: Literal["everywhere", "pilot", "elsewhere"]


class PilotCities(TableShape, frozen=True, kw_only=True):
    """Cities that an act added to the pilot of bonded retail import; `zones`: all with a pilot zone are in it too."""

    cities: tuple[str, ...]
    zones: bool


class ReturnCentre(TableShape, frozen=True, kw_only=True):
    """The modes whose goods come back through a return-centre warehouse, words in the names of the offices of special
    zones, and the credit grades whose companies may not run one."""

    modes: tuple[str, ...]
    zone_words: tuple[str, ...]
    barred_grades: tuple[str, ...]


class ReturnRelief(TableShape, frozen=True, kw_only=True):
    """The months within which returned exports are tax-free, the modes concerned, and the goods excluded."""

    informative = frozenset({"excluded"})
    months: int
    modes: tuple[str, ...]
    excluded: str


class ConsumptionTax(TableShape, frozen=True, kw_only=True):
    """The method of consumption tax for goods, with its numbers; `headings`, if any, restrict the goods."""

    method: str
    rate: Decimal | None = None
    headings: tuple[str, ...] = ()
    per_content: Decimal | None = None
    per_piece: Decimal | None = None
    per_unit: Decimal | None = None
    per_litre: Decimal | None = None
    per_litre_upper: Decimal | None = None
    per_litre_lower: Decimal | None = None
    usd_per_tonne: Decimal | None = None
    litres_per_tonne: Decimal | None = None


class ParcelBands(TableShape, frozen=True, kw_only=True):
    """Headings by band of the parcel tax; the bands of other goods, with (`high_end`) and without consumption tax."""

    high_end: int
    otherwise: int
    headings: Codes


class PriceSource(TableShape, frozen=True, kw_only=True):
    """The range of an actual price, as shares of the catalogue's price, outside which it counts as far from it."""

    lowest: Decimal
    highest: Decimal


class SummaryLists(TableShape, frozen=True, kw_only=True):
    """Modes whose lists are summarised, and the statistics flags of those that are only counted."""

    modes: tuple[str, ...]
    counted: tuple[str, ...]


class ForeignFirm(TableShape, frozen=True, kw_only=True):
    """The kinds of participant that a foreign company may be, and the kinds of which its agent must have one."""

    kinds: tuple[str, ...]
    agent: tuple[str, ...]


class CreditGrading(TableShape, frozen=True, kw_only=True):
    """The rules of credit grades: the decree (`order`), the grades from the best to the worst, those with a
    certificate, those that need a finding, the months of a correction period (None: there is none)."""

    order: str
    order_en: str
    grades: tuple[str, ...]
    certified: tuple[str, ...]
    finding: tuple[str, ...]
    correction_months: int | None = None


class GreenChannel(TableShape, frozen=True, kw_only=True):
    """The kinds and grades of companies that register without an officer, and the months without a refusal or
    suspension that this requires."""

    kinds: tuple[str, ...]
    grades: tuple[str, ...]
    clean_months: int


class WaivingGrades(TableShape, frozen=True, kw_only=True):
    """The credit grades of guarantors that may be freed of the guarantee."""

    grades: tuple[str, ...]


class NegativeGroup(TableShape, frozen=True, kw_only=True):
    """Goods that may not be filed, by the first digits of their codes; `countries` None: of any origin."""

    name: str
    zh: str
    en: str
    codes: tuple[str, ...]
    countries: tuple[str, ...] | None = None


class NegativeList(TableShape, frozen=True, kw_only=True):
    """Groups of goods that may not be filed."""

    group: tuple[NegativeGroup, ...]


class SummaryDay(TableShape, frozen=True, kw_only=True):
    """The day of the next month by which lists are summarised, and the rule for December."""

    day: int
    december: str


class Merging(TableShape, frozen=True, kw_only=True):
    """The fields that identify a declaration and a line of it, the quantity to add up, the maximum of lines."""

    head: tuple[str, ...]
    line: tuple[str, ...]
    quantity: str
    lines: int
