"""Where a mode of retail import is open, round the first days that the law knows (rules 1.1; readings 4 and 28).

Office 2991 is Hangzhou's, a pilot city from the first act that names any; office 4227 is Qingdao's, one from 2018 on.
"""

from __future__ import annotations

from datetime import date

import pytest

from declarations import parameters
from declarations.parameters import NoValue
from declarations.retail_modes import find_opening

LAW = parameters.load()
HANGZHOU, QINGDAO = "2991", "4227"


@pytest.mark.parametrize("day", [date(2014, 8, 1), date(2016, 4, 7)])
@pytest.mark.parametrize("office", [HANGZHOU, QINGDAO])
def test_before_any_act_names_the_pilot_cities_nobody_says_whether_bonded_import_is_open(day, office):
    with pytest.raises(NoValue, match=f"no value of modes.pilot_area on {day}"):
        find_opening("1210", office, day, LAW)


def test_the_first_day_with_pilot_cities_opens_bonded_import_there_and_nowhere_else():
    first = date(2016, 4, 8)
    used = ("modes.1210@2014-08-01", "modes.pilot_area@2016-04-08")
    assert find_opening("1210", HANGZHOU, first, LAW) == (True, used)
    assert find_opening("1210", QINGDAO, first, LAW) == (False, used)


@pytest.mark.parametrize(
    ("mode", "eve"), [("1210", date(2014, 7, 31)), ("1239", date(2016, 11, 30)), ("9610", date(2014, 2, 9))]
)
def test_a_mode_is_closed_on_the_eve_of_its_first_day(mode, eve):
    assert find_opening(mode, HANGZHOU, eve, LAW) == (False, ())


def test_direct_purchase_needs_no_pilot_city():
    assert find_opening("9610", QINGDAO, date(2016, 4, 7), LAW) == (True, ("modes.9610@2014-02-10",))


def test_a_mode_that_is_none_of_retail_import_is_closed():
    assert find_opening("0110", HANGZHOU, date(2016, 4, 7), LAW) == (False, ())
