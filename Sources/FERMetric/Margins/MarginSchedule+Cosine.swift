#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// cos(π·t)
func halfCosine(_ t: Double) -> Double { cos(.pi * t) }
