"""What AWS asks for, in US dollars in us-east-1, and what else a bill needs to be known.

Public prices without the free tier, read on the day below. A change of a price is a change here.
"""

from dataclasses import dataclass

READ_ON = "2026-11-29"
"""When these prices were compared with the public pages of AWS."""


@dataclass(frozen=True)
class Unit:
    """What is counted, what one of it costs, and for whom it is counted.

    of_stack: it is there once, however many connections there are.
    """

    words: str
    dollars: float
    of_stack: bool = False


MILLION = 1_000_000
UNITS = {
    "invocations": Unit("Lambda: invocations", 0.20 / MILLION),
    "gb_seconds": Unit("Lambda: GB-seconds (arm64)", 0.0000133334),
    "reads": Unit("DynamoDB: read request units", 0.125 / MILLION),
    "writes": Unit("DynamoDB: write request units", 0.625 / MILLION),
    "stored_gb": Unit("DynamoDB: GB stored, with backups of every point in time", 0.25 + 0.20),
    "transitions": Unit("Step Functions: state transitions", 0.025 / 1000),
    "express": Unit("Step Functions: express executions", 1.00 / MILLION),
    "express_gb_seconds": Unit("Step Functions: express GB-seconds", 0.00001667),
    "messages": Unit("SQS: requests", 0.40 / MILLION),
    "keys": Unit("KMS: requests", 0.03 / 10_000),
    "secrets": Unit("Secrets Manager: requests", 0.05 / 10_000),
    "files": Unit("S3: files written or listed", 0.005 / 1000),
    "requests": Unit("HTTP API: requests", 1.00 / MILLION),
    "log_gb": Unit("CloudWatch: GB of logs", 0.50),
    "schedules": Unit("EventBridge Scheduler: invocations", 1.00 / MILLION, of_stack=True),
    "metrics": Unit("CloudWatch: metrics of its own", 0.30, of_stack=True),
    "alarms": Unit("CloudWatch: alarms", 0.10, of_stack=True),
    "dashboards": Unit("CloudWatch: dashboards", 3.00, of_stack=True),
    "secrets_kept": Unit("Secrets Manager: secrets", 0.40, of_stack=True),
    "keys_kept": Unit("KMS: keys", 1.00, of_stack=True),
    "polls": Unit("SQS: receives of an empty queue", 0.40 / MILLION, of_stack=True),
}

POLLS_A_MONTH = 5 * 3 * 60 * 24 * 30
"""Lambda asks a queue with five pollers, each for 20 s, also when nothing is in it."""

MEGABYTES_OF_A_PROCESSOR = 1769
"""With so much memory a function has one whole processor; with less, so much less of it."""

SECONDS_OF_A_CALL = {"table": 0.005, "aws": 0.02, "quickbooks": 0.5, "mobiwork": 1.0}
"""How long a function waits for an answer. MobiWork's is a guess on the slow side."""

PLATFORM_BYTES = 900
"""What Lambda itself logs about one invocation: start, end and report, as JSON."""

ROW_OVERHEAD = 100
"""Bytes that DynamoDB adds to each row it stores."""
