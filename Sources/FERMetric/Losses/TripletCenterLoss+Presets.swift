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

  /// The triplet-center loss of He et al. (2018): nearest center, roots, no squash, constant margin 5.
  public static func tripletCenter(margin: Double = 5) -> TripletCenterLoss {
    TripletCenterLoss(sampler: .nearestCenter(), margin: .constant(margin), squash: .none, power: .root)
  }
}
