"""Parses the query language (section 3.1) with its real grammar: no OR, NOT, joins or functions."""

import re
from dataclasses import dataclass, field

from simulators.quickbooks.faults import ApiError, fault

TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:\\.|[^'\\])*')
    |(?P<number>-?\d+(?:\.\d+)?)(?![\w.])
    |(?P<word>[A-Za-z_][\w.]*)
    |(?P<sign><=|>=|!=|<>|[=<>(),*;])
    |(?P<bad>\S)
    )""",
    re.VERBOSE | re.DOTALL,
)
OPERATORS = frozenset({"=", "<", ">", "<=", ">="})
DEFAULT_ROWS = 100
MOST_ROWS = 1000
FURTHEST = 2**31 - 1


@dataclass(frozen=True)
class Condition:
    """One comparison of a WHERE clause; the values are still text."""

    path: str
    operator: str
    values: tuple[str, ...]


@dataclass
class Query:
    """A parsed statement."""

    entity: str = ""
    count: bool = False
    columns: tuple[str, ...] = ()
    where: list[Condition] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)
    start: int = 1
    rows: int = DEFAULT_ROWS


@dataclass(frozen=True)
class Token:
    """One piece of a statement."""

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """Return the lower-cased keyword, or nothing for other kinds."""
        return self.text.lower() if self.kind == "word" else ""


def parse(text: str, *, bare_numbers: bool = False, not_equal: bool = True) -> Query:
    """Parse a statement.

    Raises:
        ApiError: 4000 for the grammar, 4001 for positions out of range.
    """
    return _Parser(text, bare_numbers=bare_numbers, not_equal=not_equal).statement()


def _tokens(text: str) -> list[Token]:
    found = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "bad"
        token = Token(kind, match[kind], match.start(kind))
        if kind == "bad":
            raise _refusal(token)
        found.append(token)
    return [*found, Token("end", "<EOF>", len(text))]


def _refusal(token: Token) -> ApiError:
    where = f'Encountered " {token.text[:40]} "" at line 1, column {token.at + 1}.'
    return fault("4000", f"QueryParserError: {where}")


class _Parser:
    def __init__(self, text: str, *, bare_numbers: bool, not_equal: bool) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.bare_numbers = bare_numbers
        self.operators = OPERATORS | ({"!="} if not_equal else set())

    def statement(self) -> Query:
        query = Query()
        self._keyword("select")
        self._projection(query)
        self._keyword("from")
        query.entity = self._take("word").text
        if self._skip("where"):
            self._conditions(query)
        if self._order_follows():
            self._ordering(query)
        self._positions(query)
        self._skip_sign(";")
        self._take("end")
        return query

    def _peek(self) -> Token:
        return self.tokens[self.at]

    def _take(self, *kinds: str) -> Token:
        token = self._peek()
        if token.kind not in kinds:
            raise _refusal(token)
        self.at += 1
        return token

    def _sign(self, text: str) -> None:
        token = self._take("sign")
        if token.text != text:
            raise _refusal(token)

    def _skip_sign(self, text: str) -> bool:
        found = self._peek().kind == "sign" and self._peek().text == text
        self.at += found
        return found

    def _keyword(self, word: str) -> None:
        token = self._take("word")
        if token.word != word:
            raise _refusal(token)

    def _skip(self, word: str) -> bool:
        found = self._peek().word == word
        self.at += found
        return found

    def _projection(self, query: Query) -> None:
        if self._peek().word == "count":
            self.at += 1
            for sign in "(*)":
                self._sign(sign)
            query.count = True
            return
        columns = []
        while True:
            columns.append("*" if self._skip_sign("*") else self._column())
            if not self._skip_sign(","):
                break
        query.columns = () if "*" in columns else tuple(columns)

    def _column(self) -> str:
        name = self._take("word").text
        return f"{name}*" if name.endswith(".") and self._skip_sign("*") else name

    def _conditions(self, query: Query) -> None:
        while True:
            bracket = self._skip_sign("(")
            query.where.append(self._condition())
            if bracket:
                self._sign(")")
            if not self._skip("and"):
                return

    def _condition(self) -> Condition:
        path = self._take("word").text
        token = self._take("sign", "word")
        if token.word == "in":
            self._sign("(")
            values = [self._value()]
            while self._skip_sign(","):
                values.append(self._value())
            self._sign(")")
            return Condition(path, "in", tuple(values))
        if token.word != "like" and token.text not in self.operators:
            raise _refusal(token)
        return Condition(path, token.word or token.text, (self._value(),))

    def _value(self) -> str:
        token = self._take("string", "word", "number")
        if token.kind == "string":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        if token.kind == "number" and not self.bare_numbers:
            raise _refusal(token)
        if token.kind == "word" and token.word not in {"true", "false", "current_date"}:
            raise _refusal(token)
        return token.text if token.kind == "number" else token.word

    def _order_follows(self) -> bool:
        if self._peek().word == "order" and self.tokens[self.at + 1].word == "by":
            self.at += 2
            return True
        return self._skip("orderby")

    def _ordering(self, query: Query) -> None:
        while True:
            path = self._take("word").text
            descending = self._skip("desc")
            if not descending:
                self._skip("asc")
            query.order.append((path, descending))
            if not self._skip_sign(","):
                return

    def _positions(self, query: Query) -> None:
        told: set[str] = set()
        while self._peek().word in {"startposition", "maxresults"} - told:
            word = self._take("word").word
            told.add(word)
            if word == "startposition":
                query.start = max(self._position(0, FURTHEST), 1)
            else:
                query.rows = self._position(1, MOST_ROWS)

    def _position(self, least: int, most: int) -> int:
        token = self._take("number")
        if "." in token.text:
            raise _refusal(token)
        number = int(token.text[: len(str(FURTHEST)) + 1])
        if number < least:
            raise _out_of_range(token, f"small. Min allowed value is {least}")
        if number > most:
            raise _out_of_range(token, f"large. Max allowed value is {most}.")
        return number


def _out_of_range(token: Token, how: str) -> ApiError:
    return fault("4001", f"QueryValidationError: value {token.text[:40]} is too {how}")
