"""The only place where the logger is made; no tracer, which would double cold starts."""

from aws_lambda_powertools import Logger

logger = Logger()
