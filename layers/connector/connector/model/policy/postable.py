"""What may be posted: only what is known to be good, by meaning.

Only what MobiWork documents as final, or what the company chose, is posted. Everything else is
known as not finished or as bad, or nobody has decided on it, and then it waits for a person. Texts
are compared by meaning: case, blanks and punctuation do not count, and a bad word inside a text
beats every good one.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from connector.errors import Fix
from connector.model.company import Company
from connector.model.outcomes import Sum
from connector.model.policy.posting_words import (
    BAD,
    CASH,
    EARLY,
    HARMLESS,
    MONEY_KINDS,
    NEVER_CASH,
    NO_CASH,
    NO_CASH_WHOLE,
    NUMBERED,
    UNDO,
    KindWords,
)
from connector.model.policy.settings import Settings, title

KEY_LENGTH = 200
SHOWN = 3
"""How many words of a setting a reason lists; a bookkeeper reads one for each record."""
NO_TEXT = "none"
"""How a person chooses records that have no status at all."""
IN_QUESTION = "inquestion"
"""What a question mark adds to a text: "Approved?" is not known to be approved."""


SYMBOLS = frozenset({"So", "Sm"})
"""What a text may say beside its words: "Paid \u274c" is not paid, nor what "Paid \u2714" is."""
STRUCK_OUT = 1
"""The class of combining characters that strike a letter out."""


class Standing(StrEnum):
    """Whether a text lets its record be posted."""

    POSTED = "posted"
    NOT_YET = "not yet"
    NEVER = "never"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Question:
    """What nobody has decided yet, for all records of a flow that say it.

    word: which of their texts it is about (status, type, method); value: the text, in words.
    setting: where it is decided; otherwise: the setting that leaves such records out.
    posted: whether the record that asks is in QuickBooks already: nothing of it is held back.
    """

    word: str
    value: str
    setting: str
    otherwise: str
    posted: bool = False

    @property
    def key(self) -> str:
        """The same for all spellings of the value."""
        return f"{self.word}-{comparable(self.value)[:KEY_LENGTH]}"


@dataclass(frozen=True)
class Asked:
    """A question as a person sees it, with the fixes that decide it.

    label: the value that nobody has decided on, as MobiWork has it.
    reason: a sentence.
    fixes: what decides it.
    """

    label: str
    reason: str
    fixes: tuple[Fix, ...]


@dataclass(frozen=True)
class Verdict:
    """Whether a record may be posted; if not, why, and what is to be decided.

    reason: why it is not posted (now), a sentence; None for one that is.
    posted_later: what would have to become of one that is not in QuickBooks yet, as a sentence.
    another_flow: whether another flow tells what becomes of it, and counts its amount.
    by_hand: whether nothing of its kind is posted while the settings are as they are.
    advice: what a person does where it is in QuickBooks already, as the end of a sentence.
    standing: whether it is posted, waits, or is left out.
    question: what is to be decided; None where nothing is.
    """

    standing: Standing
    reason: str | None = None
    question: Question | None = None
    another_flow: bool = False
    by_hand: bool = False
    posted_later: str | None = None
    advice: str = UNDO

    def __post_init__(self) -> None:
        """Refuse one that is not posted for no reason; the code never makes one.

        Raises:
            ValueError: there is a reason and it is posted, or none and it is not.
        """
        if (self.standing is Standing.POSTED) is not (self.reason is None):
            raise ValueError("only what is not posted has a reason")

    @property
    def elsewhere(self) -> bool:
        """Whether the flow makes no document of it, so that it is none in QuickBooks either."""
        return self.another_flow or self.by_hand


POSTED = Verdict(Standing.POSTED)
NOTHING = Verdict(Standing.NEVER, "Its amount is 0.00, so there is nothing to post.")


@lru_cache(maxsize=4096)
def letters_and_digits(text: str) -> str:
    """Return what of a text counts when it is compared: its letters and digits, in one case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def says(value: str, words: Iterable[str]) -> bool:
    """Tell whether a folded text holds one of some words, other than by accident."""
    for harmless in HARMLESS:
        value = value.replace(harmless, " ")
    return any(word in value for word in words)


def same_texts(texts: Iterable[str]) -> frozenset[str]:
    """Return texts as they are compared."""
    return _same_texts(tuple(texts))


@lru_cache(maxsize=256)
def _same_texts(texts: tuple[str, ...]) -> frozenset[str]:
    """Return the same for the few lists that every record of a run is compared with."""
    return frozenset(comparable(text) for text in texts)


@lru_cache(maxsize=4096)
def comparable(text: str) -> str:
    """Return a text as it is compared; with a question mark or a symbol it is another one."""
    plain = unicodedata.normalize("NFKC", text)
    doubt = IN_QUESTION if "?" in plain else ""
    return (letters_and_digits(text) or NO_TEXT) + doubt + "".join(filter(_says_more, plain))


def _says_more(char: str) -> bool:
    """Tell whether a character may turn the words around: a cross beside them, a line through."""
    if char.isascii():
        return False
    return unicodedata.category(char) in SYMBOLS or unicodedata.combining(char) == STRUCK_OUT


def standing(
    kind: KindWords, text: str, *, posted: Iterable[str], left_out: Iterable[str] = ()
) -> Standing:
    """Return whether a text lets its record be posted, given what the company chose.

    What the company chose comes first: it knows what its own words mean. No text at all is
    undecided, unless the company chose `none`.
    """
    value = comparable(text)
    if value in same_texts((*posted, *kind.documented)):
        return Standing.POSTED
    if value in same_texts(left_out):
        return Standing.NOT_YET
    if value in same_texts(kind.bad) or says(value, BAD):
        return Standing.UNDECIDED if says(value, kind.in_part) else Standing.NEVER
    if value in same_texts(kind.early) or (says(value, EARLY) and not says(value, kind.unless)):
        return Standing.NOT_YET
    return Standing.UNDECIDED


def verdict(kind: KindWords, text: str, settings: Settings) -> Verdict:
    """Return whether a record may be posted by its status, with the reason in words."""
    posted, left_out = (
        getattr(settings, kind.setting),
        settings.left_out_statuses.get(kind.name, ()),
    )
    found = standing(kind, text, posted=posted, left_out=left_out)
    says_it = f'Its status is "{text.strip()}"' if text.strip() else "It has no status"
    match found:
        case Standing.POSTED:
            return POSTED
        case Standing.NEVER:
            return Verdict(found, f"{says_it}: {kind.dropped}.", advice=kind.undo)
        case Standing.NOT_YET:
            if comparable(text) in same_texts(left_out):
                named = title("left_out_statuses")
                return Verdict(found, f'{says_it}, which the setting "{named}" keeps out.')
            later = _once(kind, posted)
            return Verdict(found, f"{says_it}: {kind.meant}. {later}", posted_later=later)
        case Standing.UNDECIDED:
            return _asked(
                f"{says_it}, and no one has decided whether such {kind.name}s are posted.",
                Question("status", text.strip(), kind.setting, "left_out_statuses"),
            )


def _once(kind: KindWords, posted: Iterable[str]) -> str:
    """Say when a record that is not finished will be pushed."""
    words = [f'"{one}"' for one in (*kind.documented, *posted)]
    more = len(words) - SHOWN
    listed = ", ".join(words[:SHOWN]) + (f" or {more} more" if more > 0 else "")
    one_of = "one of " if len(words) > 1 else ""
    named = title(kind.setting)
    return f'It will be pushed once its status is {one_of}{listed} (setting "{named}").'


def _asked(reason: str, question: Question) -> Verdict:
    return Verdict(
        Standing.UNDECIDED,
        f'{reason} Choose it in the setting "{title(question.setting)}", or leave it out with '
        f'"{title(question.otherwise)}".',
        question,
    )


def money_verdict(kind: str, method: str, settings: Settings, company: Company) -> Verdict:
    """Return whether a payment is money received, by its type and the method it was paid with.

    Some accounts print the method where others print that it is a payment. A payment without a
    method is one by its type alone: the documented sample has none (reference 3.7).
    """
    if not letters_and_digits(kind) and not letters_and_digits(method):
        return _no_money("type", "", settings, company)
    if letters_and_digits(kind) and comparable(kind) not in same_texts(MONEY_KINDS):
        found = _no_money("type", kind, settings, company)
        if found is not POSTED:
            return found
    return _no_money("method", method, settings, company) if letters_and_digits(method) else POSTED


def _no_money(word: str, text: str, settings: Settings, company: Company) -> Verdict:
    """Return whether money comes in by a type or method of payment."""
    value, question = comparable(text), Question(word, text.strip(), "payment_methods", IGNORED)
    says_it = f'Its {word} is "{text.strip()}"' if text.strip() else f"It has no {word}"
    if value in same_texts(settings.payments_without_money):
        return Verdict(
            Standing.NEVER,
            f'{says_it}, which is not money received according to the setting "{title(IGNORED)}".',
        )
    chosen = same_texts((*settings.payment_methods, *settings.deposit_accounts))
    no_cash = says(value, NO_CASH) or value in same_texts(NO_CASH_WHOLE)
    if says(value, NEVER_CASH) or (no_cash and value not in chosen):
        return Verdict(
            Standing.UNDECIDED,
            f"{says_it}, which is not money received, so it is not posted as a payment. Say in "
            f'the setting "{title(IGNORED)}" whether such payments are credits, write-offs or '
            "ignored; what is ignored is entered in QuickBooks by hand.",
            Question(word, text.strip(), IGNORED, IGNORED),
        )
    if value in chosen | same_texts((*CASH, *company.payment_methods)):
        return POSTED
    plain = unnumbered(text)
    known = same_texts((*CASH, *company.payment_methods)) - same_texts(NO_CASH_WHOLE)
    if plain is not None and comparable(plain) in known:
        return POSTED
    return _asked(
        f"{says_it}, and no one has decided whether it counts as money received.", question
    )


def unnumbered(text: str) -> str | None:
    """Return a method of payment without the number it ends with (Check #1044, Visa ending 1234).

    None where it ends with none. A number belongs to the name (Route 66, Bank 2) unless a mark says
    that it is one, or it is long enough for that of a check or card.
    """
    whole = " ".join(text.split())
    if len(whole) > LONGEST_NUMBERED:
        return None
    head = whole.removesuffix(")").rstrip("0123456789 -")
    digits = sum(map(str.isdigit, whole[len(head) :]))
    mark = _MARK.search(head)
    name = head[: mark.start() if mark else None].rstrip(_BETWEEN)
    if not digits or not _NAME.fullmatch(name):
        return None
    is_number = mark or (digits >= CARD_DIGITS and comparable(name) in same_texts(NUMBERED))
    return name if is_number else None


LONGEST_NUMBERED = 64
CARD_DIGITS = 4
"""So many digits at least, without a mark, are the number of a check or card."""
_BETWEEN = " :.,(-"
_NAME = re.compile(r"[a-z][a-z .'-]*", re.IGNORECASE)
_MARK = re.compile(
    r"(?:[ :.,(-]*(?:[#*]|\b(?:x+|nos?|nr|num|number|ending(?: in)?)\b))+[ :.,(-]*$", re.IGNORECASE
)

IGNORED = "payments_without_money"


def asked(question: Question, noun: str, held: Sum, posted: Sum) -> Asked:
    """Return one entry of the worklist for all records that a question is about.

    Of the amounts only those of `held` are not in QuickBooks yet; those of `posted` are.
    """
    said = f'the {question.word} "{question.value}"' if question.value else f"no {question.word}"
    both = Sum(held.count + posted.count)
    waiting = f"{_counted(held, noun)} with {said} {_be(held, 'waits', 'wait')} for a decision."
    more = "more " if held.count else ""
    there = (
        f"{_counted(posted, noun, more)} with {said} {_be(posted, 'is', 'are')} in QuickBooks "
        f"already and {_be(posted, 'stays', 'stay')} there as posted."
    )
    sentences = (waiting if held.count else "", there if posted.count else "", _how(question))
    fixes = dict.fromkeys((question.setting, question.otherwise))
    return Asked(
        f"{both.count} {_be(both, noun, f'{noun}s')} with {said}",
        " ".join(filter(None, sentences)),
        tuple(
            Fix(action="open_settings", label=f'Choose it in "{title(one)}"', target=one)
            for one in fixes
        ),
    )


def _be(some: Sum, one: str, several: str) -> str:
    return one if some.count == 1 else several


def _counted(some: Sum, noun: str, *more: str) -> str:
    together = _be(some, "", " together")
    worth = "" if some.worth is None else f" of {some.worth:,.2f}{together}"
    return f"{some.count} {''.join(more)}{_be(some, noun, f'{noun}s')}{worth}"


def _how(question: Question) -> str:
    chosen = f'"{question.value or NO_TEXT}"'
    if question.setting == question.otherwise:
        return (
            f"They are not money received: add {chosen} to the setting "
            f'"{title(question.setting)}" as credits, write-offs or ignored. What is ignored is '
            "entered in QuickBooks by hand."
        )
    in_part = " Each is posted at its whole amount: enter in QuickBooks what was refunded."
    return (
        f'If such records are final, add {chosen} to the setting "{title(question.setting)}"; if '
        f'they never are, add it to "{title(question.otherwise)}".'
        + (in_part if says(letters_and_digits(question.value), ("refund",)) else "")
    )
