/// A facial action of Ekman and Friesen's coding system, as far as a frontal drawing can show it.
enum ActionUnit: Int, CaseIterable, Sendable {
  /// AU 1.
  case innerBrowRaiser
  /// AU 2.
  case outerBrowRaiser
  /// AU 4.
  case browLowerer
  /// AU 5.
  case upperLidRaiser
  /// AU 6.
  case cheekRaiser
  /// AU 7.
  case lidTightener
  /// AU 9.
  case noseWrinkler
  /// AU 10.
  case upperLipRaiser
  /// AU 12.
  case lipCornerPuller
  /// AU 15.
  case lipCornerDepressor
  /// AU 17.
  case chinRaiser
  /// AU 20.
  case lipStretcher
  /// AU 23 and 24.
  case lipTightener
  /// AU 25.
  case lipsPart
  /// AU 26 and 27.
  case jawDrop
  /// AU 43.
  case eyeClosure
}
