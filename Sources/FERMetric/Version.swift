public enum FERMetricPackage { static let version = "0.1.0" }
