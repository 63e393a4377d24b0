import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.template.reading import ROOT

PACKAGE = ROOT / "layers/connector/connector"
TEXTS = {
    "console/asking.py": "a field of a form that is empty, or was not sent",
    "console/forms.py": "a field of a form that is empty",
    "console/words.py": "what a page shows of nothing",
    "lambdas/mistakes.py": "an attribute of HTML that has no value, such as checked",
    "lambdas/visits.py": "what a page of nobody carries in its forms",
    "lambdas/routes/settings.py": "a parameter of a request that is not given",
    "model/policy/setting_choices.py": "a note that says nothing more",
    "api/choosing/choices.py": "a parameter of a request that is not given",
    "api/worklist/fixes/doing.py": "part of a sentence",
    "api/worklist/fixing.py": "part of a sentence",
    "api/plans/report_words.py": "an empty cell of a table",
    "lambdas/routes/review.py": "a parameter of a request that is not given",
    "changes/matching/facts.py": "texts to compare",
    "changes/matching/records.py": "texts to compare",
    "entities/purchases/model.py": "wire model",
    "entities/sales/body.py": "a text of the wire",
    "model/policy/account_values.py": "part of a sentence",
    "push/kept/comparison.py": "part of a sentence",
    "config.py": "an environment variable that says nothing is empty",
    "changes/backfill.py": "moments as texts in their order: the empty one is before all others",
    "changes/voided_documents.py": "what a cursor keeps of a document is texts",
    "model/matching/evidence.py": "texts to compare",
    "entities/sales/document.py": "wire model: a text of MobiWork that is empty is a text",
    "entities/sales/lines.py": "wire model",
    "entities/payments/model.py": "wire model",
    "entities/products/model.py": "wire model",
    "entities/products/fields.py": "numbers as MobiWork's texts",
    "entities/products/recognition.py": "numbers as texts to compare",
    "entities/purchases/expense_model.py": "wire model",
    "entities/purchases/lines.py": "wire model",
    "entities/purchases/orders.py": "wire model",
    "entities/purchases/receipts.py": "the wire's own texts",
    "entities/terms.py": "numbers as MobiWork's texts",
    "entities/parties/addresses.py": "wire model",
    "entities/parties/billing.py": "wire model",
    "entities/parties/contacts.py": "wire model",
    "entities/parties/contact_fields.py": "a phone number as its wire model has it",
    "entities/shared/custom_fields.py": "wire model",
    "entities/parties/display_names.py": "parts of a name, of which some are empty",
    "entities/shared/quickbooks_values.py": "texts as the wire has them, fillers taken out",
    "entities/shared/recognition.py": "texts to compare",
    "entities/parties/recognition.py": "texts to compare",
    "entities/shared/wire.py": "texts as the wire has them, fillers taken out",
    "mobiwork/mending/texts.py": "characters of the wire",
    "quickbooks/faults.py": "the wire's own texts",
    "quickbooks/webhook.py": "the wire's own texts",
}
"""Where an empty text is a text, and why."""
FILES = sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def _empty(node: ast.expr | None) -> bool:
    """Tell whether an expression is the empty text at times; beside an f-string it is no value."""
    parts: list[ast.expr] = []
    match node:
        case ast.IfExp(body=ast.JoinedStr()):
            return False
        case ast.IfExp(body=body, orelse=other):
            parts = [body, other]
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            parts = [last]
        case ast.Tuple(elts=parts):
            pass
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, default]):
            parts = [default]
        case ast.Call(func=ast.Name(id="str"), args=[inner]):
            parts = [inner]
    return any(map(_empty, parts)) or (isinstance(node, ast.Constant) and node.value == "")


def _empty_texts(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign(value=ast.expr() as value) | ast.Return(value=ast.expr() as value):
                if _empty(value):
                    yield node.lineno
            case ast.arguments(defaults=some, kw_defaults=others):
                yield from (one.lineno for one in (*some, *others) if one and _empty(one))


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_nothing_is_none_and_not_an_empty_text(path: Path) -> None:
    found = list(_empty_texts(ast.parse(path.read_text())))

    assert bool(found) == (_name(path) in TEXTS), found
