"""MobiWork's calls as data: which exist, where they are, and what their elements are called.

Half of them are assumed (reference section 6): they are off until their switch is on, and every
detail of a row can be overridden by a setting once a real account has shown what is true.
Price lists and recurrent services are left out: nothing of them may leave MobiWork.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from pydantic import TypeAdapter, ValidationError

from connector.errors import ConfigurationError
from connector.model.body import Body

READS = frozenset({"list", "view"})


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One operation on one entity; paths are relative to client id and version.

    `fallbacks` are other methods and paths to try where the server does not know the first.
    `wrapper` is the element around a written record, or around the filters of a list, if any.
    `ids` and `external_ids` are in order of preference. `twins` pairs the name that a view prints
    with the one that an edit takes. `created` names the filters of a created-date range, `due`
    those of a due-date range, `narrows` pairs other filters with the element that they go by, and
    `hidden_too` those that list disabled records as well; `by_id` filters by id, if any does.

    entity, operation: what it is of and does, such as `invoice` and `view`.
    method, path: as HTTP has them.
    item: the element around one record of an answer.
    documented: whether MobiWork's own reference shows it; else it is assumed.
    """

    entity: str
    operation: str
    method: str
    path: str
    item: str
    wrapper: str | None = None
    documented: bool = False
    ids: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ("externalId",)
    twins: tuple[tuple[str, str], ...] = ()
    fallbacks: tuple[tuple[str, str], ...] = ()
    created: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    narrows: tuple[tuple[str, str], ...] = ()
    hidden_too: tuple[tuple[str, str], ...] = ()
    by_id: str | None = None

    @property
    def switch(self) -> str | None:
        """The capability that turns an assumed row on; None for a documented one."""
        return None if self.documented else f"{self.entity}.{self.operation}"

    @property
    def writes(self) -> bool:
        """Whether a repetition could change MobiWork twice; a delete is a GET that writes."""
        return self.operation not in READS


type Registry = Mapping[tuple[str, str], Endpoint]
type Overrides = Mapping[str, Mapping[str, object]]

# operation: method, path, wrapped in the entity's element, other spellings of the call
_OPERATIONS: dict[str, tuple[str, str, bool, tuple[tuple[str, str], ...]]] = {
    "list": ("POST", "{entity}/list.html", False, ()),
    "view": ("GET", "{entity}/{{id}}/view.html", False, ()),
    "add": ("POST", "{entity}/add.html", True, ()),
    "edit": ("POST", "{entity}/{{id}}/edit.html", True, (("POST", "{entity}/{{id}}/update.html"),)),
    "delete": ("GET", "{entity}/{{id}}/delete.html", False, ()),
}

# entity: documented operations, assumed operations (reference 3.1-3.14 and section 6)
_ENTITIES: dict[str, tuple[str, str]] = {
    "customer": ("list view add edit delete", ""),
    "product": ("list add", "view edit delete"),
    "invoice": ("list", "view add edit"),
    "payment": ("list", "view add"),
    "estimate": ("list", "view add edit"),
    "salesOrder": ("", "list view add edit"),
    "expense": ("", "list view add"),
    "workOrder": ("list", "view add edit"),
    "user": ("list edit", "view"),
    "vendor": ("", "list view add edit"),
    "purchaseOrder": ("", "list view"),
    "tax": ("", "list add"),
    "terms": ("", "list add"),
}

_TWINS = (
    ("externalCustomerId", "externalId"),
    ("contact", "primaryContact"),
    ("typeId", "type"),
    ("statusId", "status"),
)

# What differs from the pattern above, by entity and then by call.
_EXCEPTIONS: dict[str, dict[str, object]] = {
    "customer": {"external_ids": ("externalCustomerId", "externalId"), "twins": _TWINS},
    "payment": {"ids": ("paymentId", "mobiworkPaymentId", "id")},
    "expense": {"ids": ("expenseId", "mobiworkExpenseId", "id")},
    "workOrder": {
        "external_ids": ("externalWorkOrderId", "externalId"),
        "twins": (("externalWorkOrderId", "externalId"),),
    },
    "product.list": {"hidden_too": (("disabled", "true"),), "by_id": "productId"},
    "tax.list": {"by_id": "taxId"},
    "terms.list": {"by_id": "termsId"},
    "invoice.list": {
        "wrapper": "invoice",
        "created": ("createdDateFrom", "createdDateTo"),
        "due": ("dueDateFrom", "dueDateTo"),
        "narrows": (("status", "status"), ("createdBy", "createdBy")),
    },
    "estimate.list": {
        "created": ("createdDateFrom", "createdDateTo"),
        "due": ("dueDateFrom", "dueDateTo"),
        "narrows": (("status", "status"),),
    },
    "workOrder.list": {"created": ("createdFromDate", "createdToDate")},
    "payment.list": {
        "fallbacks": (("GET", "payment/list.html"),),
        "created": ("createdFromDate", "createdToDate"),
        "narrows": (("status", "status"), ("userId", "createdBy")),
    },
}
_ROW = TypeAdapter(Endpoint)
_COLUMNS = frozenset(field.name for field in fields(Endpoint))


def twins_of(entity: str) -> tuple[tuple[str, str], ...]:
    """Return the names that a view of an entity prints and an edit takes in another spelling."""
    row = _BUILT_IN.get((entity, "edit"))
    return row.twins if row else ()


def registry(overrides: Overrides | None = None) -> Registry:
    """Return all rows by entity and operation, with those of `overrides` changed.

    An override is keyed like `invoice.edit` and names the columns that differ.

    Raises:
        ConfigurationError: an override names no row or no column, or has a value of a wrong type.
    """
    rows = dict(_BUILT_IN)
    for name, changes in (overrides or {}).items():
        entity, _, operation = name.partition(".")
        row = rows.get((entity, operation))
        if row is None:
            raise ConfigurationError(f"MobiWork has no call {name!r} that could be overridden.")
        rows[entity, operation] = _changed(row, changes)
    return rows


def _changed(row: Endpoint, changes: Mapping[str, object]) -> Endpoint:
    name = f"{row.entity}.{row.operation}"
    if unknown := sorted(set(changes) - _COLUMNS):
        raise ConfigurationError(f"The call {name!r} has no {', '.join(unknown)} to override.")
    try:
        return _ROW.validate_python({**asdict(row), **changes})
    except ValidationError as error:
        places = ", ".join(str(one["loc"][0]) for one in error.errors())
        raise ConfigurationError(f"The call {name!r} is overridden wrongly in: {places}.") from None


def _row(entity: str, operation: str, *, documented: bool) -> Endpoint:
    method, path, wrapped, others = _OPERATIONS[operation]
    capital = entity[0].upper() + entity[1:]
    columns: Body = {
        "method": method,
        "path": path.format(entity=entity),
        "item": entity,
        "wrapper": entity if wrapped else None,
        "ids": (f"mobiwork{capital}Id", f"{entity}Id", "id"),
        "fallbacks": tuple((other, form.format(entity=entity)) for other, form in others),
        **_EXCEPTIONS.get(entity, {}),
        **_EXCEPTIONS.get(f"{entity}.{operation}", {}),
    }
    return Endpoint(entity=entity, operation=operation, documented=documented, **columns)


_BUILT_IN = {
    (entity, operation): _row(entity, operation, documented=documented)
    for entity, both in _ENTITIES.items()
    for documented, operations in zip((True, False), both, strict=True)
    for operation in operations.split()
}
