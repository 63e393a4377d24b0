"""What was left out and is deleted in MobiWork comes back by no setting."""

from connector.jobs.settings_replay import replay
from tests.builders import CONNECTION, a_customer, a_product, an_invoice, settings
from tests.unit.engine.world import World


def test_what_is_left_out_and_deleted_is_not_posted_once_settings_would_let_it() -> None:
    world = World()
    masters = (a_customer(), a_product())
    world.find(*masters, an_invoice(status="Draft"))
    world.push("customer", "product", "invoice")
    world.find(*masters)
    world.save(settings(invoice_statuses=("Draft",)))
    replay(CONNECTION, world.store)
    assert world.left("invoice") == {}
