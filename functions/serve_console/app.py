"""Serve the console: pages for people, behind a sign-in."""

from connector.lambdas.console import console

handler = console()
