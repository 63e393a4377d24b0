"""Inventory: what documents move, FIFO layers, and the cost of what was sold (section 6.4)."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from simulators.quickbooks.wire import CENT, ZERO


class Movement(NamedTuple):
    """Goods of one line of a document; `cost` is set where the document states their value."""

    date: str
    order: int
    line: str
    key: str
    quantity: Decimal
    cost: Decimal | None


class Layers:
    """The open layers of one item, oldest first, and the sales that await a purchase."""

    def __init__(self, standard: Decimal) -> None:
        self.open: list[list[Decimal]] = []
        self.owed: list[tuple[str, Decimal]] = []
        self.standard = standard
        self.value: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)

    def move(self, movement: Movement) -> set[str]:
        """Take one movement in; return the documents whose cost it settles."""
        if movement.quantity < 0:
            self._take_out(movement.key, -movement.quantity)
            return {movement.key}
        if movement.cost is None:
            self.value[movement.key] -= movement.quantity * self.standard
            return {movement.key} | self._take_in(movement.quantity, self.standard)
        estimated = {key for key, _ in self.owed}
        self.standard = movement.cost
        return {movement.key} | estimated | self._take_in(movement.quantity, movement.cost)

    def _take_in(self, quantity: Decimal, cost: Decimal) -> set[str]:
        settled = set()
        while self.owed and quantity > 0:
            key, missing = self.owed[0]
            covered = min(missing, quantity)
            self.value[key] += covered * cost
            settled.add(key)
            quantity -= covered
            self.owed[0] = (key, missing - covered)
            if covered == missing:
                self.owed.pop(0)
        if quantity > 0:
            self.open.append([quantity, cost])
        return settled

    def _take_out(self, key: str, quantity: Decimal) -> None:
        while quantity > 0 and self.open:
            layer = self.open[0]
            taken = min(layer[0], quantity)
            self.value[key] += taken * layer[1]
            layer[0] -= taken
            quantity -= taken
            if not layer[0]:
                self.open.pop(0)
        if quantity > 0:
            self.owed.append((key, quantity))

    def cost_of(self, key: str) -> Decimal:
        """Return the value that a document took out, with an estimate for what is owed."""
        owed = sum((quantity for owner, quantity in self.owed if owner == key), ZERO)
        value = self.value[key] + owed * self.standard
        return value.quantize(CENT, ROUND_HALF_UP)


class Stock:
    """Movements of every item, and the cost that each document was charged with."""

    def __init__(self) -> None:
        self.movements: defaultdict[str, list[Movement]] = defaultdict(list)
        self.by_document: dict[str, list[tuple[str, Movement]]] = {}
        self.on_hand: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
        self.layers: dict[str, Layers] = {}
        self.costs: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)

    def replace(
        self, key: str, rows: list[tuple[str, Movement]], standard: dict[str, Decimal]
    ) -> tuple[set[str], set[str]]:
        """Replace what a document moves; return the items and documents that it touches."""
        old = self.by_document.pop(key, [])
        for item, movement in old:
            self.movements[item].remove(movement)
            self.on_hand[item] -= movement.quantity
            self.layers.pop(item, None)
        self._insert(key, rows)
        items = {item for item, _ in [*old, *rows]}
        documents = {key} if items else set()
        for item in items:
            fresh = [movement for owner, movement in rows if owner == item]
            documents |= self._cost(item, fresh, standard.get(item, ZERO))
        return items, documents

    def _insert(self, key: str, rows: list[tuple[str, Movement]]) -> None:
        for item, movement in rows:
            known = self.movements[item]
            if known and movement < known[-1]:
                self.layers.pop(item, None)
            insort(known, movement)
            self.on_hand[item] += movement.quantity
        if rows:
            self.by_document[key] = rows

    def _cost(self, item: str, fresh: Iterable[Movement], standard: Decimal) -> set[str]:
        costs, layers = self.costs[item], self.layers.get(item)
        touched: set[str] = set()
        if layers is None:
            layers = self.layers[item] = Layers(standard)
            fresh, touched = self.movements[item], set(costs)
        for movement in fresh:
            touched |= layers.move(movement)
        before = {key: costs.get(key, ZERO) for key in touched}
        for key in touched:
            costs[key] = layers.cost_of(key)
        return {key for key in touched if before[key] != costs[key]}

    def cost_of(self, key: str) -> dict[str, Decimal]:
        """Return the cost, by item, of what a document took out."""
        items = sorted({item for item, _ in self.by_document.get(key, [])})
        return {item: self.costs[item].get(key, ZERO) for item in items}

    def dump(self) -> dict[str, list[list[object]]]:
        """Return all movements as JSON values."""
        return {k: [[item, *m] for item, m in rows] for k, rows in self.by_document.items()}

    def load(self, saved: dict[str, list[list[object]]], standard: dict[str, Decimal]) -> None:
        """Take back saved movements and lay the layers anew."""
        for key, rows in saved.items():
            self._insert(key, [(str(row[0]), _movement(row[1:])) for row in rows])
        for item in list(self.movements):
            self.layers.pop(item, None)
            self._cost(item, [], standard.get(item, ZERO))


def _movement(row: list[object]) -> Movement:
    date, order, line, key, quantity, cost = row
    return Movement(
        str(date), int(str(order)), str(line), str(key), Decimal(str(quantity)),
        None if cost is None else Decimal(str(cost)),
    )  # fmt: skip
