/// The triplets that a ``TripletMarginMiner`` chooses, as the matrix that it reads: a list can be far larger.
struct GapChoice<Scalar: TensorScalar>: Sendable {
  let miner: TripletMarginMiner<Scalar>
  /// `[B, N]` by the miner's distance.
  let distances: Tensor<Scalar>

  /// The list.
  func triplets(_ relations: PairRelations<Scalar>) -> [SampleTriplet] {
    guard case .triplets(let triplets) = miner.mine(distances.matrix, relations) else { return [] }
    return triplets
  }
}
