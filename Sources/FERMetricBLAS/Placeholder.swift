import FERMetric
