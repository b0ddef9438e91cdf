// The metric losses in another trainer. Depends on FERMetric alone: no other package, no system library.

let onArrays = try lossOnArrays()
let onBuffers = try lossOnBuffers()
precondition(onArrays == onBuffers, "both ways compute the same loss")
