import Glibc

/// How many participants each of two equal arms needs.
public struct SampleSize: Hashable, Sendable {
  /// The smallest number an arm such that it, and every larger one that was looked at, has the power.
  public let perArm: Int
  /// The power with that number.
  public let power: Double
  /// The size of the test with that number.
  public let achievedSize: Double
  /// The largest number an arm that was looked at.
  public let lookedUpTo: Int
  /// The smallest number at all that has the power; a larger one may not have it, because exact power moves in a saw.
  public let firstPerArm: Int

  /// Searches by exact enumeration, or nil where no number up to `most` has the power.
  ///
  /// - Parameters:
  ///   - first: rate in the one arm, 0...1.
  ///   - second: rate in the other.
  ///   - wanted: the power, between 0 and 1.
  ///   - most: the largest number an arm, up to 1,000.
  public static func search(
    _ first: Double, _ second: Double, power wanted: Double = 0.8, alpha: Double = 0.05,
    test: TwoArmDesign.Test = .boschloo, most: Int = 1000
  ) -> SampleSize? {
    // The normal formula says where to look; from half of it to half as much again, and 30 more.
    let z = Distribution.normalQuantile(1 - alpha / 2) + Distribution.normalQuantile(wanted)
    let spread = first * (1 - first) + second * (1 - second)
    let difference = (first - second) * (first - second)
    guard difference > 0 else { return nil }
    let guess = z * z * spread / difference
    guard guess < Double(most) * 2 else { return nil }
    let from = max(2, Int(guess / 2) - 10)
    let to = min(most, Int(guess * 1.5) + 30)
    guard from <= to else { return nil }
    var found: SampleSize?
    var smallest = 0
    for perArm in (from...to).reversed() {
      let design = TwoArmDesign(perArm: perArm, alpha: alpha, test: test)
      let power = design.power(first, second)
      let isEnough = power >= wanted
      if isEnough { smallest = perArm }
      if isEnough, found == nil || found?.perArm == perArm + 1 {
        found = SampleSize(
          perArm: perArm, power: power, achievedSize: design.achievedSize, lookedUpTo: to, firstPerArm: perArm)
      } else if found == nil {
        // The largest that was looked at has to have it, or nothing is known.
        return nil
      }
      // Far below the one that was found nothing has the power any more.
      if let found, perArm < found.perArm - 30 { break }
    }
    return found.map {
      SampleSize(
        perArm: $0.perArm, power: $0.power, achievedSize: $0.achievedSize, lookedUpTo: to,
        firstPerArm: min(smallest, $0.perArm))
    }
  }

  init(perArm: Int, power: Double, achievedSize: Double, lookedUpTo: Int, firstPerArm: Int) {
    self.perArm = perArm
    self.power = power
    self.achievedSize = achievedSize
    self.lookedUpTo = lookedUpTo
    self.firstPerArm = firstPerArm
  }
}
