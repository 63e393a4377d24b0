"""Serve reviews, dry runs and approvals: what would be posted, and what may be."""

from connector.lambdas.http import web
from connector.lambdas.routes import review

handler = web(review.routes)
