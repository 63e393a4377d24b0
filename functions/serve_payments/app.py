"""Serve View Payments: list where each payment stands, push those a person chose."""

from connector.lambdas.http import web
from connector.lambdas.routes import payments

handler = web(payments.routes)
