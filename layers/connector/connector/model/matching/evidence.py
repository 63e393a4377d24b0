"""What the two sides say of a record, fact by fact, and how far they say the same.

A fact counts by what is left of it when spelling is taken away: a name without its order, case,
punctuation and legal form, a phone by its digits, a number without blanks and zeros in front.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from connector.model.policy.days import FIRST_DAY

EXTERNAL_ID = "external id"
LEGAL_FORM, TITLE = "legal form", "title"
READ_FROM = {LEGAL_FORM: "name", TITLE: "name"}
"""The facts that are a part of the texts of another one."""
LIKELY_REFERENCE = "~"
"""Begins the id of a referred record that is only likely to be the one."""
NEAR_DAYS = 5
APART = 31
"""What was typed as one is dated no more days apart: one bill for the visits of a month."""
IN_A_YEAR = 366 + APART
"""What was typed for a contract, or left open for long, is of a year."""
BANKED_BEFORE, BANKED_AFTER = 7, 1
"""What is deposited was paid at most a week before, or the day after where days differ."""
_TYPED_ALIKE = 0.9
_PHONE_DIGITS, _LOCAL_DIGITS = 10, 7
_TAIL_DIGITS = 3
MOST_KEYS = 8_192
"""The customers and days of so many documents are held once: many of them have the same."""
_LEGAL_FORMS = frozenset(
    {"inc", "incorporated", "llc", "ltd", "limited", "co", "company", "corp", "corporation"}
    | {"lp", "llp", "pc", "pllc", "the", "and"}
)
_FORMS = {
    "inc": "corporation",
    "incorporated": "corporation",
    "corp": "corporation",
    "corporation": "corporation",
    "llc": "llc",
    "pllc": "pllc",
    "ltd": "limited",
    "limited": "limited",
    "lp": "lp",
    "llp": "llp",
    "pc": "pc",
}
"""What a legal form is that two companies of one name may differ in."""
_MEASURES = re.compile(r"(?<=\d)[.,/](?=\d)|(?<=\d)['\"]|(?<!\w)-(?=\d)|[+%$<>^]")
_MARKS = str.maketrans({"\u2032": "'", "\u2019": "'", "\u201d": '"', "\u2044": "/"})
"""How the marks of feet, inches and fractions are written otherwise, once they are taken apart."""
_POWERS = str.maketrans({"\u00b2": "^2", "\u00b3": "^3"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr"})


class Likeness(StrEnum):
    """How a fact of one side stands to that of the other."""

    SAME = "same"
    NEAR = "near"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Facts:
    """What one side says of a record.

    Attributes:
        id: Its id on this side.
        label: What a person calls it.
        said: The texts of each fact, as a person wrote them; a fact that is not known is absent.
        refers: For facts that are other records: the QuickBooks ids of those, where they are known
            (with LIKELY_REFERENCE in front where they are only likely).
        hint: The id on the other side that the record names itself.
        voided: Whether it is a document that does not count any more, of whose amount nothing is
            left.
        inactive: Whether it is in a list of QuickBooks, and not in use any more.
    """

    id: str
    label: str
    said: Mapping[str, tuple[str, ...]]
    refers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hint: str | None = None
    voided: bool = False
    inactive: bool = False


type Alike = Callable[[str, str], Likeness]
"""Compares two texts of a fact that are not equal once their spelling is taken away."""


def unequal(_one: str, _other: str) -> Likeness:
    """Take unequal texts for different ones."""
    return Likeness.OTHER


def spelled(text: str) -> str:
    """Return a text without case, accents, blanks and punctuation."""
    return "".join(_words(text))


def name_key(text: str) -> str:
    """Return what of a name counts, its words in the order of the alphabet.

    "Smith, John" is "John Smith"; legal forms and titles say nothing, unless there is nothing else.
    """
    return " ".join(sorted(_telling(text) or _words(text)))


def order_key(text: str) -> str:
    """Return what of a name counts in its order, with a comma where it may be turned around."""
    telling = [kept for part in text.split(",") if (kept := _telling(part))]
    return ", ".join(" ".join(words) for words in telling) or " ".join(_words(text))


def legal_form_key(text: str) -> str:
    """Return the legal form that a name tells: of Smith Inc. and Smith Corp. it is the same."""
    return next((_FORMS[word] for word in reversed(_words(text)) if word in _FORMS), "")


def courtesy_title(text: str) -> str:
    """Return the title in front of a name: Mr Smith is not Mrs Smith."""
    first = next(iter(_words(text)), "")
    return first if first in _TITLES else ""


def sorted_words(key: str) -> str:
    """Return the words of a key in the order of the alphabet, so that any order finds it."""
    return " ".join(sorted(key.replace(",", "").split()))


def found_as(key: str) -> set[str]:
    """Return how a name is found: in any order of its words, and without any blanks."""
    return {sorted_words(key), *(order.replace(" ", "") for order in _orders(key))}


def thing_key(text: str) -> str:
    """Return what of the name of a thing counts: its words in their order, and its measures.

    Punctuation says nothing but in a measure (1.5 is not 1/5, 6' is not 6") and as a plus sign.
    """
    text = text.translate(_POWERS)
    plain = unicodedata.normalize("NFKD", text).translate(_MARKS).replace("''", '"')
    marks = "".join(_MEASURES.findall(plain))
    return " | ".join(filter(None, (" ".join(_words(text)), marks)))


def thing_words(key: str) -> str:
    """Return the words of a key of a thing, by which it is found whatever its measures."""
    return key.partition(" | ")[0]


def thing_alike(one: str, another: str) -> Likeness:
    """Take the same words with other measures for near."""
    return Likeness.NEAR if thing_words(one) == thing_words(another) else Likeness.OTHER


def name_alike(one: str, another: str) -> Likeness:
    """Take a name that is turned around at its comma for the same, and one of other order for near.

    So is one with other blanks, one that is part of the other, or one typing mistake away; not
    where their digits differ: "Unit 1" is not "Unit 11".
    """
    if _orders(one) & _orders(another):
        return Likeness.SAME
    together = bool(found_as(one) & found_as(another))
    one, another = sorted_words(one), sorted_words(another)
    if sorted(re.findall(r"\d+", one)) != sorted(re.findall(r"\d+", another)):
        return Likeness.OTHER
    first, second = set(one.split()), set(another.split())
    part_of = first <= second or second <= first
    typed = SequenceMatcher(None, one, another, autojunk=False).ratio() >= _TYPED_ALIKE
    return Likeness.NEAR if together or part_of or typed else Likeness.OTHER


def _orders(key: str) -> set[str]:
    """Return the orders in which a name may be read: "smith, john" also as "john smith"."""
    parts = key.split(", ")
    return {" ".join(parts), " ".join(reversed(parts))}


def phone_key(text: str) -> str:
    """Return the digits of a phone without country and extension; nothing where they are few."""
    number = re.split(r"(?i)\s*(?:x|ext|#)", text, maxsplit=1)[0]
    digits = re.sub(r"\D", "", number)
    return digits[-_PHONE_DIGITS:] if len(digits) >= _LOCAL_DIGITS else ""


def address_key(text: str) -> str:
    """Return `number street|ZIP|city` of an address whose parts are on lines of their own."""
    street, city, code = ([*text.split("\n"), "", "", ""])[:3]
    words = _words(street)
    return f"{' '.join(words[:2])}|{''.join(_words(code))[:5]}|{''.join(_words(city))}"


def address_alike(one: str, another: str) -> Likeness:
    """Take the same street in one place for the same, one place without a street for near."""
    (street, code, city), (street2, code2, city2) = one.split("|"), another.split("|")
    together = (code == code2) if code and code2 else bool(city) and city == city2
    if not together:
        return Likeness.OTHER
    if not street or not street2:
        return Likeness.NEAR
    return Likeness.SAME if street == street2 else Likeness.OTHER


def number_key(text: str) -> str:
    """Return a document number without blanks, punctuation, case and zeros in front."""
    return spelled(text).lstrip("0")


def number_digits(text: str) -> str:
    """Return the digits of a number that tell it from others."""
    return "".join(filter(str.isdigit, text)).lstrip("0")


def number_alike(one: str, another: str) -> Likeness:
    """Take a number that only has other letters in front (INV-1042, 1042) for a near one."""
    tails = [re.search(r"\d*$", text) for text in (one, another)]
    first, second = (found[0].lstrip("0") if found else "" for found in tails)
    prefixed = not (one != first and another != second)
    near = first == second and len(first) >= _TAIL_DIGITS and prefixed
    return Likeness.NEAR if near else Likeness.OTHER


def is_one_number(one: str, other: str) -> bool:
    """Tell whether two numbers are one, whatever stands in front; words without digits are none."""
    ours, theirs = number_key(one), number_key(other)
    same = ours == theirs or number_alike(ours, theirs) is Likeness.NEAR
    return bool(number_digits(one)) and same


def number_tail(key: str) -> str:
    """Return the digits that a number ends with, without zeros in front; all of it if few."""
    found = re.search(r"\d*$", key)
    digits = found[0].lstrip("0") if found else ""
    return digits if len(digits) >= _TAIL_DIGITS else key


def amount_key(text: str) -> str:
    """Return an amount so that equal ones are the same text; nothing where it is none."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return ""
    return format(value.normalize() + 0, "f")


def day_key(text: str) -> str:
    """Return a day; nothing where it is none, or one that programs write for "no date"."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return text if day >= FIRST_DAY and day.year < date.max.year else ""


def day_alike(one: str, another: str) -> Likeness:
    """Take two days at most NEAR_DAYS apart for near ones."""
    apart = abs(date.fromisoformat(one) - date.fromisoformat(another))
    return Likeness.NEAR if apart <= timedelta(days=NEAR_DAYS) else Likeness.OTHER


def days_around(day: str) -> list[str]:
    """Return a day and those that are near it."""
    middle = date.fromisoformat(day)
    around = range(-NEAR_DAYS, NEAR_DAYS + 1)
    return [(middle + timedelta(days=apart)).isoformat() for apart in around]


@dataclass(frozen=True)
class Rule:
    """What one fact is worth when two records are compared.

    Attributes:
        same: What it counts when both sides say the same.
        other: What it counts against, when they do not.
        near: What it counts when they nearly do.
        strong: Whether a certain match never differs in it.
        key: What of a text counts.
        alike: How unequal ones are compared.
        elsewhere: What counts against where both refer to known records, and not to the same.
        whole: Whether both must refer to the same known records, and not only to one that is.
    """

    same: int
    other: int
    near: int = 0
    strong: bool = False
    key: Callable[[str], str] = spelled
    alike: Alike = unequal
    elsewhere: int = 0
    whole: bool = False


type Keys = Mapping[str, tuple[str, ...]]
"""What counts of each fact of a record."""


@dataclass(frozen=True)
class Table:
    """What facts are worth for one kind of record, and from when on a match is what.

    Attributes:
        rules: The facts by their name for a person.
        found_by: The keys under which a record is found, and those under which it is looked for.
        certain: What the facts that are the same must count together for a certain match.
        alone: What they must count where one of `named` is the same and nothing differs at all;
            zero where that is never enough.
        likely: What is left of them, less what counts against, for a likely match.
        floor: What must be left for two records to be compared by a person at all.
        named: The facts in which no two records may be the same without being asked about.
        confirms: Whether facts that are the same confirm an external id.
        recurs: Facts that are the same for all records of a series, such as monthly visits.
        tells_apart: What must say that two of a series are the same for a certain match.
        counted_by: The number that each side may count its own records by.
    """

    rules: Mapping[str, Rule]
    found_by: Callable[[Keys], tuple[list[str], list[str]]]
    certain: int
    likely: int
    confirms: Callable[[AbstractSet[str]], bool]
    alone: int = 0
    floor: int = 0
    named: frozenset[str] = frozenset()
    recurs: tuple[str, ...] = ()
    tells_apart: frozenset[str] = frozenset()
    counted_by: str | None = None


def keys_of(facts: Facts, table: Table) -> Keys:
    """Return what counts of each fact that a table knows; what says nothing is absent.

    A record that another one refers to counts by its id as well.
    """
    said, refers = facts.said, facts.refers
    keys = {
        name: _keys(rule.key, said.get(READ_FROM.get(name, name), ()), refers.get(name, ()))
        for name, rule in table.rules.items()
    }
    return {name: some for name, some in keys.items() if some}


@lru_cache(maxsize=MOST_KEYS)
def _keys(
    key: Callable[[str], str], said: tuple[str, ...], refers: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what counts of the texts and references of one fact, one object for the same ones."""
    keys = {key(text) for text in said} - {""}
    return tuple(sorted(keys | {f"#{one.removeprefix(LIKELY_REFERENCE)}" for one in refers}))


def likeness(rule: Rule, ours: Iterable[str], theirs: Iterable[str]) -> Likeness:
    """Compare a fact that both sides know: the best of all their texts counts."""
    mine, others = frozenset(ours), frozenset(theirs)
    if mine & others:
        return Likeness.SAME
    found = {rule.alike(one, another) for one in mine for another in others}
    best = (Likeness.SAME, Likeness.NEAR)
    return next((one for one in best if one in found), Likeness.OTHER)


def _telling(text: str) -> list[str]:
    """Return the words of a name that tell it apart: no legal forms, no titles."""
    words = _words(text.replace("'", "").replace("\u2019", ""))
    return [word for word in words if word not in _LEGAL_FORMS | _TITLES]


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(char for char in plain if not _says_nothing(char))
    return re.findall(r"[^\W_]+", bare)


def _says_nothing(char: str) -> bool:
    """Tell whether a character is an accent, or one that nobody sees."""
    return bool(unicodedata.combining(char)) or unicodedata.category(char) == "Cf"
