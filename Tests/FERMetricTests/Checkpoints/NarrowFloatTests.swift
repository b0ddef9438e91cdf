import Testing

@testable import FERModels

@Suite struct NarrowFloatTests {
  @Test func `Every pattern survives decoding and encoding`() {
    for format in [NarrowFloat.half, .brain] {
      for pattern in UInt16.min...UInt16.max {
        let value = format.decode(pattern)
        if value.isNaN {
          #expect(format.decode(format.encode(value)).isNaN)
        } else if format.encode(value) != pattern {
          Issue.record("\(pattern) stands for \(value), which gives \(format.encode(value))")
        }
      }
    }
  }

  @Test func `The upper half of single precision is itself`() {
    for pattern in UInt16.min...UInt16.max {
      let expected = Double(Float(bitPattern: UInt32(pattern) << 16))
      let value = NarrowFloat.brain.decode(pattern)
      if value != expected && !(value.isNaN && expected.isNaN) { Issue.record("\(pattern): \(value), not \(expected)") }
    }
  }

  @Test func `Numbers between two patterns go to the nearer, ties to the even one`() {
    for format in [NarrowFloat.half, .brain] {
      for pattern in UInt16(0)..<UInt16(0x7800) {
        let (low, high) = (format.decode(pattern), format.decode(pattern + 1))
        guard high.isFinite else { break }
        let middle = (low + high) / 2
        let even = pattern % 2 == 0 ? pattern : pattern + 1
        if format.encode(middle) != even || format.encode(middle.nextDown) != pattern
          || format.encode(middle.nextUp) != pattern + 1 || format.encode(-middle) != even | 0x8000
        {
          Issue.record("wrong rounding between \(low) and \(high)")
        }
      }
    }
  }

  @Test func `Large numbers become infinite at the middle between the largest and the next power`() {
    #expect(NarrowFloat.half.encode(65519) == 0x7BFF && NarrowFloat.half.encode(65520) == 0x7C00)
    #expect(NarrowFloat.half.encode(-.infinity) == 0xFC00 && NarrowFloat.brain.encode(1e300) == 0x7F80)
    #expect(NarrowFloat.half.encode(0x1p-25) == 0 && NarrowFloat.half.encode(0x1.8p-25) == 1)
  }
}
