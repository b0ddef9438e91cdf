/// What a pass does with gradients.
enum GradientUse {
  /// Nothing: the value alone is asked for.
  case none
  /// Adds them to what is there. Center passes are called so after the batch has been looked through for numbers that are
  /// not finite.
  case added
  /// Writes them over what was there. A pass may then look for numbers that are not finite on its way.
  case written
}
