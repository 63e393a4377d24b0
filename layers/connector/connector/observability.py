"""The only place where the logger is made, and each metric; no tracer, it doubles cold starts."""

from collections.abc import Mapping

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

logger = Logger()

METRICS: Mapping[str, MetricUnit] = {
    "ConnectionsBroken": MetricUnit.Count,
    "FlowsFailed": MetricUnit.Count,
    "LooksFailing": MetricUnit.Count,
    "LooksRefused": MetricUnit.Count,
    "LooksStarted": MetricUnit.Count,
    "MeteredCalls": MetricUnit.Count,
    "MeteredCallsForecast": MetricUnit.Percent,
    "RecordsRefused": MetricUnit.Count,
    "RecordsWaiting": MetricUnit.Count,
    "RecordsWritten": MetricUnit.Count,
    "RunSeconds": MetricUnit.Seconds,
    "TokenDaysLeft": MetricUnit.Count,
    "TokensNotRefreshed": MetricUnit.Count,
    "UnknownRealms": MetricUnit.Count,
    "WebhookLag": MetricUnit.Seconds,
    "WorklistEntries": MetricUnit.Count,
    "WorklistNew": MetricUnit.Count,
    "WorklistOverdue": MetricUnit.Count,
}
"""Every metric with its unit; each is watched by an alarm or shown on the dashboard."""


def measure(values: Mapping[str, float], **about: str) -> None:
    """Write one line of metrics; `about` is found in the line, but is no dimension to pay for."""
    metrics = EphemeralMetrics()
    for name, value in values.items():
        metrics.add_metric(name=name, unit=METRICS[name], value=value)
    for key, told in about.items():
        metrics.add_metadata(key=key, value=told)
    metrics.flush_metrics()
