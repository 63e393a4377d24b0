"""How the calls to one QuickBooks company are kept under Intuit's limits, whoever makes them."""
