"""What the laptop's CloudWatch takes from the lines that functions print."""

import json

from local.metrics import points_of

LINE = {
    "_aws": {
        "Timestamp": 1_796_000_000_000,
        "CloudWatchMetrics": [
            {
                "Namespace": "MobiWorkQuickBooks",
                "Dimensions": [["service"]],
                "Metrics": [{"Name": "WebhookLag", "Unit": "Seconds"}],
            }
        ],
    },
    "service": "connector",
    "WebhookLag": [3.25],
}


def test_a_line_that_was_cut_short_takes_no_metric_from_the_others() -> None:
    whole = json.dumps(LINE)
    (found,) = points_of(f"{whole[:80]}\nsome words\n{whole}\n")
    assert (found.metric, found.value, found.unit) == ("WebhookLag", 3.25, "Seconds")
    assert found.dimensions == {("service", "connector")}
