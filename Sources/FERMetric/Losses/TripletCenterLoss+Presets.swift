extension TripletCenterLoss {
  /// TC3L: squashed coordinates and a constant margin; give the batch no inclusion weights.
  ///
  /// The default margin, 1 for each coordinate, is the lossless one; the ablation sweeps 0.05 to 1.
  public static func tc3l(
    sampler: any NegativeSampler<Scalar> = .mathSynth(),
    margin: ConstantMargin<Scalar> = ConstantMargin(perDimension: 1)
  ) -> TripletCenterLoss {
    TripletCenterLoss(sampler: sampler, margin: margin, options: TripletCenterOptions())
  }

  /// AMTC3L: squashed coordinates, inclusion weights and the adaptive margin κ·Σⱼ aⱼ.
  public static func amtc3l(
    sampler: any NegativeSampler<Scalar> = .mathSynth(), scale: Double = 1, gradient: MarginGradient = .detached
  ) -> TripletCenterLoss {
    TripletCenterLoss(
      sampler: sampler, margin: .adaptive(scale: scale, gradient: gradient), options: TripletCenterOptions())
  }

  /// The composition that the paper reports as its best: AMTC3L with mixed sampling, in the default reading.
  public static var paper: TripletCenterLoss { amtc3l(sampler: .mixed()) }

  /// AMTC3L with mixed sampling and κ = 0.01, so that the hinge lets go of samples that are well separated. It belongs
  /// together with an attention that aims at hard coordinates; Docs/FERPlus.md has the measurements behind it.
  public static var recommended: TripletCenterLoss { amtc3l(sampler: .mixed(), scale: 0.01) }

  /// The triplet-center loss of He et al. (2018) as its public code has it: nearest center, roots, no squash, constant
  /// margin 5, batch mean. ``publishedTripletCenter(margin:)`` is the formula of the paper.
  public static func tripletCenter(margin: Double = 5) -> TripletCenterLoss {
    TripletCenterLoss(sampler: .nearestCenter(), margin: .constant(margin), squash: .none, power: .root)
  }

  /// The triplet-center loss as He et al., CVPR 2018, write it: half squared distances, nearest center, no squash,
  /// constant margin, sum over the batch.
  ///
  ///     L = Σᵢ max(0, ½‖xᵢ − c⁺‖² + m − min over k ≠ yᵢ of ½‖xᵢ − cₖ‖²)
  public static func publishedTripletCenter(margin: Double = 5) -> TripletCenterLoss {
    TripletCenterLoss(
      sampler: .nearestCenter(), margin: .constant(margin), squash: .none, batchReduction: .sum, distanceScale: 0.5)
  }

  /// Zhou's preset: the nearest other center as the negative and one fixed margin, on squared distances.
  ///
  ///     L = mean over i of max(0, ‖xᵢ − c⁺‖² − min over k ≠ yᵢ of ‖xᵢ − cₖ‖² + m)
  ///
  /// Only its description by others was at hand: fixed margin and nearest center are stated, the power and the value of
  /// the margin are readings.
  public static func fixedMargin(_ margin: Double = 1) -> TripletCenterLoss {
    TripletCenterLoss(sampler: .nearestCenter(), margin: .constant(margin), squash: .none)
  }

  /// The preset of Lei et al., ISBI 2020: class centers take the places of positive and negatives, and every other
  /// center is a negative, on squared distances.
  ///
  ///     L = mean over i of mean (or sum) over k ≠ yᵢ of max(0, ‖xᵢ − c⁺‖² − ‖xᵢ − cₖ‖² + m)
  ///
  /// The paper's abstract states the centers; the power, the margin and the mean over centers are readings.
  public static func allCenters(
    margin: Double = 1, reduction: NegativeSelection.Reduction = .mean
  ) -> TripletCenterLoss {
    TripletCenterLoss(sampler: .allCenters(reduction: reduction), margin: .constant(margin), squash: .none)
  }
}
