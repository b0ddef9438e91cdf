import Testing
@testable import FERMetric

@Test func version() { #expect(FERMetricPackage.version == "0.1.0") }
