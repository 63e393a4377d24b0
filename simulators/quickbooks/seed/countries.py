"""What companies outside the US have: tax agency, tax codes and their rates (section 6.7).

A code is `name|rates`; a rate is a name that ends in its percent, several apart by a semicolon,
with `@agency` where it is not the country's own. Sales and purchases have rates of their own, as in
the real companies. A code without a rate is out of scope.
"""

from typing import NamedTuple


class Country(NamedTuple):
    """The tax set-up of a country: how it is called, who collects it, and its codes."""

    word: str
    agency: str
    taxed: str
    untaxed: str
    address: dict[str, str]
    codes: str


COUNTRIES = {
    "GB": Country(
        word="VAT",
        agency="HM Revenue & Customs (VAT)",
        taxed="20.0% S",
        untaxed="No VAT",
        address={
            "Line1": "12 High Street",
            "City": "London",
            "CountrySubDivisionCode": "",
            "PostalCode": "EC1A 1BB",
            "Country": "GB",
        },
        codes="""
20.0% S|20.0% S 20
5.0% R|5.0% R 5
0.0% Z|0.0% Z 0
Exempt|Exempt 0
No VAT|
""",
    ),
    "CA": Country(
        word="GST/HST",
        agency="Canada Revenue Agency",
        taxed="GST",
        untaxed="Out of Scope",
        address={
            "Line1": "12 King Street",
            "City": "Toronto",
            "CountrySubDivisionCode": "ON",
            "PostalCode": "M5H 1A1",
            "Country": "CA",
        },
        codes="""
GST|GST 5
HST ON|HST (ON) 13
HST NS|HST (NS) 14
HST NB|HST (NB) 15
GST/PST BC|GST 5;PST (BC) 7@Minister of Finance (BC)
GST/QST QC|GST 5;QST 9.975@Revenu Québec
Zero-rated|GST (ZR) 0
Exempt|GST (Exempt) 0
Out of Scope|
""",
    ),
    "AU": Country(
        word="GST",
        agency="Australian Taxation Office",
        taxed="GST",
        untaxed="Out of Scope",
        address={
            "Line1": "12 George Street",
            "City": "Sydney",
            "CountrySubDivisionCode": "NSW",
            "PostalCode": "2000",
            "Country": "AU",
        },
        codes="""
GST|GST 10
GST free|GST free 0
Input taxed|Input taxed 0
Out of Scope|
""",
    ),
}
