"""The fault catalogue: what each QuickBooks code means and what a bookkeeper can do about it.

Codes as in reference section 1.8. Each sentence says why and what to do; who (the record) and what
(it was refused) are said before it, and QuickBooks' own detail after it. `{element}` is the field
QuickBooks names.
"""

from dataclasses import dataclass

from connector.errors import (
    OPEN_SETTINGS,
    RETRY,
    SKIP,
    ConfigurationError,
    ConnectionBrokenError,
    ConnectorError,
    DuplicateNameError,
    DuplicateNumberError,
    Fix,
    QueryFailedError,
    RateLimitedError,
    RejectedError,
    RemoteDownError,
    StaleSyncTokenError,
    UnreadableAnswerError,
)

LINK = Fix(action="link", label="Link it to the record in QuickBooks")
CREATE_AS = Fix(action="create_as", label="Create it under another name")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one code means.

    `may_have_happened` marks failures after which a write could exist all the same.

    sentence: for a bookkeeper.
    error: what is raised.
    fixes: what a person can do about it, the best first.
    """

    sentence: str
    error: type[ConnectorError] = RejectedError
    fixes: tuple[Fix, ...] = (RETRY, SKIP)
    may_have_happened: bool = False


_OURS = "This is a problem in the connector, not in your record. Please contact support."


def _ours(why: str) -> Entry:
    return Entry(sentence=f"{why} {_OURS}")


def _broken(sentence: str) -> Entry:
    return Entry(sentence=sentence, error=ConnectionBrokenError, fixes=())


def _down(sentence: str, *, may_have_happened: bool = False) -> Entry:
    return Entry(
        sentence=sentence, error=RemoteDownError, fixes=(), may_have_happened=may_have_happened
    )


def _wrong(sentence: str, *fixes: Fix) -> Entry:
    return Entry(sentence=sentence, fixes=(*fixes, RETRY, SKIP))


_RECONNECT = "QuickBooks no longer accepts this connection. Reconnect it."
_NOT_DONE = (
    "QuickBooks could not finish the request and gave no reason. It is tried again automatically."
)

UNKNOWN = Entry(sentence="QuickBooks gave a reason the connector does not know.")
TRANSIENT = _down(
    "QuickBooks had a temporary error. The connector tries again automatically.",
    may_have_happened=True,
)
SYSTEM_TROUBLE = _down(
    "QuickBooks had an internal error and did not say whether the record was saved.",
    may_have_happened=True,
)

CATALOGUE: dict[str, Entry] = {
    "100": _broken(_RECONNECT),
    "110": _broken(_RECONNECT),
    "120": _broken(
        "The person who connected QuickBooks is no longer an administrator of the company. "
        "A current administrator must reconnect it."
    ),
    "130": _down(
        "This company is at another address of QuickBooks. The connector tries again later."
    ),
    "140": _down(
        "QuickBooks has temporarily locked this company. The connector tries again later."
    ),
    "150": _down(
        "QuickBooks is doing maintenance on this company. The connector tries again later."
    ),
    "500": _ours("QuickBooks does not offer this operation, or could not read the request."),
    "600": Entry(
        sentence="QuickBooks already has this request. The connector looks up what became of it.",
        error=UnreadableAnswerError,
        fixes=(),
        may_have_happened=True,
    ),
    "610": _wrong(
        "This record, or one it refers to, was deleted or made inactive in QuickBooks. "
        "Make that active again in QuickBooks, or link another record.",
        LINK,
    ),
    "620": _wrong(
        "The record it should be linked to in QuickBooks is closed or cannot be linked. "
        "Open it there and check what it is linked to."
    ),
    "630": _wrong("The same record already exists in QuickBooks. Link it to that one.", LINK),
    "700": _wrong(
        "Its parent in QuickBooks cannot have sub-records. Choose another parent in MobiWork."
    ),
    "800": _wrong(
        "Other records in QuickBooks use it, so it cannot be deleted there. "
        "Make it inactive in QuickBooks instead."
    ),
    "900": _wrong(
        "It has sub-records in QuickBooks, so it cannot become a sub-record itself. "
        "Remove its parent in MobiWork."
    ),
    "1000": _down(_NOT_DONE, may_have_happened=True),
    "1010": _down(_NOT_DONE, may_have_happened=True),
    "1020": _down(_NOT_DONE, may_have_happened=True),
    "1040": _ours("Too many records were sent to QuickBooks in one batch."),
    "2000": _ours("QuickBooks does not know this kind of record."),
    "2010": _ours("QuickBooks does not know a field that was sent."),
    "2020": _wrong("QuickBooks needs {element}, which is missing. Fill it in."),
    "2030": _wrong(
        "It refers to a record that is not in QuickBooks. Link the record it refers to.", LINK
    ),
    "2040": _wrong(
        "{element} has characters QuickBooks does not allow, such as a colon. Remove them."
    ),
    "2050": _wrong("{element} is too long for QuickBooks. Shorten it."),
    "2060": _wrong("{element} is not a date QuickBooks accepts. Correct it."),
    "2070": _wrong("{element} is not a date QuickBooks accepts. Correct it."),
    "2080": _wrong("{element} is not a number QuickBooks accepts. Correct it."),
    "2090": _wrong("{element} is not a number QuickBooks accepts. Correct it."),
    "2100": _wrong("{element} is not an amount QuickBooks accepts. Correct it."),
    "2110": _wrong("{element} is not an amount QuickBooks accepts. Correct it."),
    "2120": _ours("{element} has the wrong type."),
    "2130": _ours("The request id has a form QuickBooks does not accept."),
    "2140": _wrong("An amount on it is not one QuickBooks accepts. Correct it in MobiWork."),
    "2150": _wrong("A percentage on it is not one QuickBooks accepts. Correct it."),
    "2160": _wrong("A quantity on it is not one QuickBooks accepts. Correct the quantity."),
    "2170": _ours("{element} has a value QuickBooks does not know or does not let us set."),
    "2210": _wrong("The e-mail address is not valid. Correct or remove it."),
    "2220": _wrong("This QuickBooks company does not use that currency. Correct it."),
    "2290": _wrong("QuickBooks does not accept a negative amount on that line. Correct the line."),
    "2500": _wrong(
        "It refers to a record that QuickBooks does not have or that is inactive there. "
        "Make that active again in QuickBooks, or link another record.",
        LINK,
    ),
    "2600": _wrong("Two of its values contradict each other; see below. Correct one of them."),
    "3000": _wrong(
        "A custom field it uses is not switched on in QuickBooks. Switch it on there, "
        "or take it out of the settings.",
        OPEN_SETTINGS,
    ),
    "3001": Entry(
        sentence="QuickBooks asked the connector to slow down. It continues after a minute.",
        error=RateLimitedError,
        fixes=(),
    ),
    "3100": _broken(
        "QuickBooks does not let the connector into this company: its access was removed, "
        "or the company belongs to another environment. Reconnect it."
    ),
    "3200": _broken(_RECONNECT),
    "3202": Entry(sentence=_OURS, error=ConfigurationError, fixes=()),
    "4000": _ours("QuickBooks could not read what it was asked about it."),
    "4001": _ours("QuickBooks could not answer what it was asked about it."),
    "4002": Entry(
        sentence="QuickBooks could not answer. The connector asks again automatically.",
        error=QueryFailedError,
        fixes=(),
    ),
    "5000": _ours("QuickBooks no longer supports a field that was sent."),
    "5010": Entry(
        sentence="Someone changed it in QuickBooks at the same time. It is read again and retried.",
        error=StaleSyncTokenError,
        fixes=(),
    ),
    "5020": _wrong(
        "The person who connected QuickBooks does not have permission to do this. "
        "Give them permission in QuickBooks, or reconnect as someone who has it."
    ),
    "5030": _wrong(
        "This edition of QuickBooks does not have the feature it needs, such as inventory. "
        "Upgrade QuickBooks, or switch the feature off in the settings.",
        OPEN_SETTINGS,
    ),
    "6000": _wrong("It breaks a QuickBooks rule; see below. Correct that, then try again."),
    "6010": _wrong(
        "An account is not of the type QuickBooks needs here. Choose another in the settings.",
        OPEN_SETTINGS,
    ),
    "6030": _wrong("The file is too big for QuickBooks. Attach a smaller one."),
    "6040": _ours("The description of the attached file was not accepted."),
    "6041": _wrong("QuickBooks does not accept files of this type. Attach a PDF or a picture."),
    "6050": _ours("QuickBooks accepts no attachments on this kind of record."),
    "6070": _wrong(
        "On a line, the amount is not quantity times price, rounded to the cent. "
        "Correct the quantity, the price or the amount."
    ),
    "6080": _wrong("It has no name. Give it one.", CREATE_AS),
    "6090": _wrong("A discount line has neither an amount nor a percentage. Fill in one of them."),
    "6100": _ours("A line has a tax code that QuickBooks does not use on lines."),
    "6130": _wrong(
        "The bill-to customer cannot be changed any more, because there are invoices. "
        "Set it back in MobiWork."
    ),
    "6140": Entry(
        sentence=(
            "Its number is already used in QuickBooks. "
            "Link it to the document of that number, or give it another number."
        ),
        error=DuplicateNumberError,
        fixes=(LINK, RETRY, SKIP),
    ),
    "6150": _wrong(
        "It is marked as a sub-record but does not say of which record. "
        "Choose the parent in MobiWork."
    ),
    "6160": _wrong(
        "The custom sales tax cannot be used as a tax code. Choose another tax code.",
        OPEN_SETTINGS,
    ),
    "6170": _wrong("It carries tax although it is marked as non-taxable. Correct one of them."),
    "6180": _wrong("It is more than five levels deep. Move it under a higher record."),
    "6190": _broken(
        "The QuickBooks subscription of this company ended, is suspended or has a billing problem, "
        "so nothing can be written. Resolve it with QuickBooks, then reconnect."
    ),
    "6200": _wrong(
        "The books are closed on its date. Change the date, or open the period in QuickBooks."
    ),
    "6210": _wrong(
        "The books are closed on its date with a password. "
        "Change the date, or open the period in QuickBooks."
    ),
    "6220": _wrong("It still has a balance in QuickBooks. Bring the balance to zero first."),
    "6230": _wrong(
        "The custom sales tax cannot be used as a tax code. Choose another tax code.",
        OPEN_SETTINGS,
    ),
    "6240": Entry(
        sentence=(
            "Its name already belongs to another record in QuickBooks, maybe an inactive one; "
            "customers, vendors and employees share their names. "
            "Link it to that record, or create it under another name."
        ),
        error=DuplicateNameError,
        fixes=(LINK, CREATE_AS, SKIP),
    ),
    "6250": _wrong(
        "Its customer is missing in QuickBooks or was made inactive there. "
        "Make the customer active again, or link another one.",
        LINK,
    ),
    "6270": _wrong(
        "Its date is before QuickBooks began to track the quantity of an item on it. "
        "Change the date, or the start date of the item in QuickBooks."
    ),
    "6280": _wrong("The customer has unbilled charges. Bill or remove them first."),
    "6310": _wrong("A line is billable but names no customer. Choose the customer."),
    "6400": _wrong(
        "This purchase is billed on an invoice in QuickBooks. Change that invoice first."
    ),
    "6420": _wrong("It is to be sent by e-mail but has no e-mail address. Enter one in MobiWork."),
    "6430": _wrong(
        "The account does not fit the kind of payment. Choose another in the settings.",
        OPEN_SETTINGS,
    ),
    "6440": _wrong(
        "A line names neither a product nor an account. Choose one, or set the default account.",
        OPEN_SETTINGS,
    ),
    "6450": _wrong("Its money was already settled by QuickBooks Payments. Refund it there."),
    "6470": _wrong(
        "Sales tax is not fully set up for this company. Check the tax rates in QuickBooks."
    ),
    "6480": _wrong("It is matched with a bank transaction. Undo the match in QuickBooks first."),
    "6520": _wrong("An inventory item must have a quantity. Fill in the quantity."),
    "6540": _wrong("It is part of a bank deposit. Take it out of the deposit in QuickBooks first."),
    "10000": _down(
        "QuickBooks had an internal error. It is tried again automatically; if that does not help, "
        "check the record for anything unusual.",
        may_have_happened=True,
    ),
    "10100": Entry(
        sentence=f"The answer is too large for QuickBooks to send at once. {_OURS}",
        error=ConfigurationError,
        fixes=(),
    ),
    "10200": _broken(
        "The QuickBooks company was reset: all its records are gone. "
        "Reconnect it and link everything again."
    ),
}
