"""What a page is asked with and what it answers: values that know nothing of HTTP or AWS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import getdoc
from urllib.parse import urlencode

from connector.errors import NotThereError
from connector.model.body import Body
from connector.model.connection import Connection
from connector.model.control.people import Role, Visitor


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """One request of a person who is signed in.

    path: the parts of the address that vary, by name.
    query: the parameters of the address, each with its last value.
    form: the fields of a form in their order; a field may come several times.
    here: the address of the page in the console.
    home: where the console is reached, without a slash at its end.
    cookies: the values that earlier answers left in the browser, by name.
    connection: the connection that the page is about, as it was read when the door was passed.
    person: who asks.
    """

    person: Visitor
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: tuple[tuple[str, str], ...] = ()
    here: str = ""
    home: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)
    connection: Connection | None = None

    @property
    def connection_id(self) -> str:
        """The connection that the page is about."""
        return self.path["connection_id"]

    @property
    def by(self) -> str:
        """Who asks, as it is kept with what they change."""
        return self.person.email

    def value(self, name: str, otherwise: str = "") -> str:
        """Return the last value of a form's field."""
        return dict(self.form).get(name, otherwise)

    def values(self, name: str) -> tuple[str, ...]:
        """Return all values of a form's field."""
        return tuple(value for key, value in self.form if key == name)

    def at(self, *parts: str) -> str:
        """Return the address of a page of this connection, without the console's own."""
        return "/".join(("/connections", self.connection_id, *parts))


@dataclass(frozen=True, kw_only=True)
class PageView:
    """A page to be shown: its template, its heading, and what the template shows.

    title: the heading, also that of the window.
    values: what the template may use, by name.
    """

    template: str
    title: str
    values: Body = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Go:
    """Another page to go to, such as after a change.

    to: its address in the console; no answer leads elsewhere.
    said: what came of it, told on that page once.
    keep: cookies to leave in the browser, by name; empty ones are removed.
    """

    to: str
    said: str = ""
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file to be saved.

    content: of the file.
    kind: its media type.
    name: under which it is saved.
    """

    content: str | bytes
    kind: str
    name: str


type Reply = PageView | Go | Download


@dataclass(frozen=True)
class Route:
    """One page: how it is asked for, who may, and what makes it.

    rule: its address in the console, with names in angle brackets for what varies.
    role: what a person must be in the connection that the address names; where it names none, None
        lets in everybody who is signed in, and a role lets in who has it everywhere.
    method: GET or POST.
    show: makes the page, or does what a form says.
    """

    method: str
    rule: str
    role: Role | None
    show: Callable[[PageRequest], Reply]

    @property
    def does(self) -> str:
        """What it does, in a sentence."""
        return (getdoc(self.show) or "").partition("\n")[0]


class Pages:
    """The pages of one theme, in the order in which they are declared."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def get[F: Callable[[PageRequest], Reply]](
        self, rule: str, role: Role | None = Role.VIEWER
    ) -> Callable[[F], F]:
        """Declare a page that only shows."""
        return self._add("GET", rule, role)

    def post[F: Callable[[PageRequest], Reply]](
        self, rule: str, role: Role | None = Role.BOOKKEEPER
    ) -> Callable[[F], F]:
        """Declare what a form does."""
        return self._add("POST", rule, role)

    def _add[F: Callable[[PageRequest], Reply]](
        self, method: str, rule: str, role: Role | None
    ) -> Callable[[F], F]:
        def add(show: F) -> F:
            self.routes.append(Route(method, rule, role, show))
            return show

        return add


def address(path: str, **query: str | int | None) -> str:
    """Return an address with those parameters that have a value."""
    given = {name: str(value) for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def one_of[T](options: Mapping[str, T], name: str, what: str) -> T:
    """Return what a name stands for.

    Raises:
        NotThereError: it stands for nothing.
    """
    if name not in options:
        raise NotThereError(f"There is no {what} {name!r}.")
    return options[name]
