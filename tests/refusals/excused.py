"""The few places that refuse and are not walked, each with why."""

NO_ELEMENT = "MobiWork documents no such element, so its simulator has none"
RACE = "only another worker at the very same moment brings it about, which the simulation does"
FORESEEN = "a review foresees it, in the words of the place that holds it up later, which is walked"
ANSWERED = "it is no entry: whoever pushed by hand has it as the answer"
UNFORESEEN = "only a mistake of this program brings it about, which no record of a simulator is"
AS_REFUSED = "its words are those of the place that refused it, which is walked"
EXCUSED: dict[str, str] = {
    "entities/payments/allocation.py customer_of 1": FORESEEN,
    "entities/purchases/model.py with_freight 1": NO_ELEMENT,
    "entities/purchases/model.py with_freight 2": NO_ELEMENT,
    "entities/purchases/orders.py problems 4": NO_ELEMENT,
    "entities/sales/checks.py form_problems 3": NO_ELEMENT,
    "entities/sales/tax.py _not_charged 3": NO_ELEMENT,
    "pull/merge.py save_link 1": RACE,
    "pull/worker.py _Pull._possible 1": FORESEEN,
    "push/link.py refused 1": AS_REFUSED,
    "push/load.py _unless_shown 1": RACE,
    "push/plan.py plan 1": UNFORESEEN,
    "push/selection.py _explain_absent 1": ANSWERED,
    "push/selection.py refuse_unpushed 1": ANSWERED,
    "push/worker.py _Push._foreseen 1": FORESEEN,
    "push/worker.py _Push._foreseen 2": FORESEEN,
}
"""By what a place goes by, `Place.own`."""
