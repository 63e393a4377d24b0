"""Serve the budget of metered calls: how much is used, what is forecast, and who is slowed down."""

from connector.lambdas.http import web
from connector.lambdas.routes import budget

handler = web(budget.routes)
