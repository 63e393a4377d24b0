"""The only place where logger and metrics are made; no tracer, which would double cold starts."""

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
metrics = Metrics()
