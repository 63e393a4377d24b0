"""Where automated sales tax is due, and to whom: rates of states and shares of smaller places.

The rates are near the real ones and not kept up to date; those of California and Tucson are the
sandbox's.
"""

from decimal import Decimal

STATES = {
    "AL": "4", "AR": "6.5", "AZ": "5.6", "CO": "2.9", "CT": "6.35", "FL": "6", "GA": "4",
    "HI": "4", "IA": "6", "ID": "6", "IL": "6.25", "IN": "7", "KS": "6.5", "KY": "6", "LA": "5",
    "MA": "6.25", "MD": "6", "ME": "5.5", "MI": "6", "MN": "6.875", "MO": "4.225", "MS": "7",
    "NC": "4.75", "ND": "5", "NE": "5.5", "NJ": "6.625", "NM": "4.875", "NV": "6.85",
    "NY": "4", "OH": "5.75", "OK": "4.5", "PA": "6", "RI": "7", "SC": "6", "SD": "4.2",
    "TN": "7", "TX": "6.25", "UT": "4.85", "VA": "5.3", "VT": "6", "WA": "6.5", "WI": "5",
    "WV": "6", "WY": "4", "DC": "6",
}  # fmt: skip
OUT_OF_SCOPE = "Out Of Scope Agency"
"""The agency of tax that was sent for a place where the company does not collect."""
AGENCIES = {
    "AZ": "Arizona Dept. of Revenue", "CA": "Board of Equalization",
    "DC": "DC Office of Tax and Revenue", "MD": "Comptroller of Maryland",
    "NM": "New Mexico Taxation and Revenue", "NJ": "New Jersey Division of Taxation",
    "NY": "New York Department of Taxation and Finance", "OK": "Oklahoma Tax Commission",
    "TX": "Texas State Comptroller", "UT": "Utah State Tax Commission",
}  # fmt: skip
UNTAXED = frozenset({"OR", "MT", "NH", "DE", "AK"})
SEEDED = {("CA", ""): "2", ("AZ", "tucson"): "3"}
# state | city | share and percent, several apart by a semicolon
SHARES = """
AZ|Phoenix|Maricopa County 0.7;Phoenix 2.8
CO|Denver|Denver 4.81;Regional Transportation District 1.1
FL|Brandon|Hillsborough County 1.5
FL|Clearwater|Pinellas County 1
FL|Jacksonville|Duval County 1.5
FL|Lakeland|Polk County 1
FL|Largo|Pinellas County 1
FL|Miami|Miami-Dade County 1
FL|Orlando|Orange County 0.5
FL|Sarasota|Sarasota County 1
FL|St. Petersburg|Pinellas County 1
FL|Tampa|Hillsborough County 1.5
GA|Atlanta|Fulton County 3;Atlanta 1.9
GA|Savannah|Chatham County 3
GA|Valdosta|Lowndes County 4
IL|Chicago|Cook County 1.75;Chicago 1.25;Regional Transportation Authority 1
NC|Asheville|Buncombe County 2.25
NC|Charlotte|Mecklenburg County 2.5
NC|Raleigh|Wake County 2.5
NV|Las Vegas|Clark County 1.525
NY|New York|New York City 4.5;Commuter Transportation District 0.375
OH|Cleveland|Cuyahoga County 2.25
OH|Columbus|Franklin County 1.75
OH|Dayton|Montgomery County 1.75
TN|Nashville|Davidson County 2.25
TX|Austin|Austin 1;Capital Metro Transit 1
TX|Dallas|Dallas 1;Dallas Area Rapid Transit 1
TX|Houston|Houston 1;Houston Transit 1
TX|San Antonio|San Antonio 1.25;San Antonio Transit 0.5
WA|Seattle|Seattle 3.85
"""


def agency_name(state: str) -> str:
    """Return the name of the agency that a state's sales tax is owed to."""
    return AGENCIES.get(state, f"{state} Department of Revenue")


def _shares() -> dict[tuple[str, str], list[tuple[str, Decimal]]]:
    found = {}
    for line in SHARES.strip().splitlines():
        state, city, shares = line.split("|")
        pairs = (share.rpartition(" ") for share in shares.split(";"))
        found[state, city.casefold()] = [(name, Decimal(percent)) for name, _, percent in pairs]
    return found


LOCAL = _shares()
