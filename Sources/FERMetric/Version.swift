/// This package.
public enum FERMetricPackage {
  /// Its version, by semantic versioning.
  public static let version = "0.1.0"
}
