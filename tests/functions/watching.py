"""The alarms of the template, and when CloudWatch has them go off."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.metrics import Point
from tests.template.reading import resources

OWN = "MobiWorkQuickBooks"
STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Maximum": max,
    "Minimum": min,
    "SampleCount": len,
    "Sum": sum,
}
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}


@dataclass(frozen=True)
class Alarm:
    """An alarm of the template."""

    name: str
    properties: Mapping[str, Any]

    @property
    def dimensions(self) -> Mapping[str, Any]:
        """The dimensions by name, as the template has them."""
        return {one["Name"]: one["Value"] for one in self.properties.get("Dimensions", ())}

    @property
    def needed(self) -> int:
        """In how many periods it must be as bad as that."""
        periods: int = self.properties["EvaluationPeriods"]
        return int(self.properties.get("DatapointsToAlarm", periods))

    def watches(self, point: Point) -> bool:
        """Tell whether a point is of the very metric: CloudWatch compares all dimensions."""
        wanted = self.properties
        return (point.namespace, point.metric, dict(point.dimensions)) == (
            wanted["Namespace"],
            wanted["MetricName"],
            self.dimensions,
        )

    def goes(self, periods: Iterable[Sequence[float]]) -> bool:
        """Tell whether it goes off after periods with these values of its metric."""
        return sum(map(self._breaches, periods)) >= self.needed

    def _breaches(self, values: Sequence[float]) -> bool:
        wanted = self.properties
        if not values:
            return bool(wanted["TreatMissingData"] == "breaching")
        statistic = STATISTICS[wanted["Statistic"]](values)
        return COMPARISONS[wanted["ComparisonOperator"]](statistic, wanted["Threshold"])


ALARMS = {
    name: Alarm(name, it["Properties"]) for name, it in resources("AWS::CloudWatch::Alarm").items()
}
OURS = {name: one for name, one in ALARMS.items() if one.properties["Namespace"] == OWN}
OF_AWS = {name: one for name, one in ALARMS.items() if name not in OURS}
