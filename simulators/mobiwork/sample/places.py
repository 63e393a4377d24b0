"""Where the sample company's customers live; the state decides the tax rate (billing.py)."""

from random import Random
from typing import NamedTuple

from simulators.mobiwork.sample.names import listed


class Place(NamedTuple):
    """A town that the sample company serves."""

    city: str
    state: str
    zip_code: str
    area_code: str
    latitude: str
    longitude: str


PLACES = (
    Place("Tampa", "FL", "33602", "813", "27.95", "-82.46"),
    Place("Brandon", "FL", "33511", "813", "27.91", "-82.29"),
    Place("St. Petersburg", "FL", "33701", "727", "27.77", "-82.64"),
    Place("Clearwater", "FL", "33755", "727", "27.98", "-82.79"),
    Place("Lakeland", "FL", "33801", "863", "28.04", "-81.95"),
    Place("Sarasota", "FL", "34236", "941", "27.34", "-82.54"),
    Place("Valdosta", "GA", "31601", "229", "30.83", "-83.28"),
    Place("Savannah", "GA", "31401", "912", "32.08", "-81.09"),
    Place("Asheville", "NC", "28801", "828", "35.6", "-82.55"),
    Place("Austin", "TX", "78701", "512", "30.27", "-97.74"),
    Place("Dayton", "OH", "45402", "937", "39.76", "-84.19"),
    Place("Salem", "OR", "97301", "503", "44.94", "-123.04"),
)
_WEIGHTS = (8, 6, 6, 5, 4, 4, 2, 2, 1, 1, 1, 1)
_STREETS = listed(
    """Alder Alley|Bayshore Blvd|Canal St|Cypress Ave|Dogwood Dr|Elm St|Ferry Rd|Garden Ct|
    Harbor Way|Ivy Ln|Jasmine St|Kingfisher Rd|Lakeview Dr|Magnolia Ave|Oakmont Cir|Palm Way|
    Quarry Rd|River Rd|Sunset Blvd|Turtle Creek Ln|Vine St|Water St"""
)


def place(rng: Random) -> Place:
    """A town, the nearer ones more often."""
    return rng.choices(PLACES, weights=_WEIGHTS)[0]


def street(rng: Random) -> str:
    """A street address."""
    return f"{rng.randint(2, 4999)} {rng.choice(_STREETS)}"


def phone(rng: Random, where: Place) -> str:
    """A number of the range that is kept free for fiction."""
    return f"{where.area_code}55501{rng.randint(0, 99):02}"
