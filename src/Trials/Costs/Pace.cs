using VicRegSweeps.Trials.Backbone;

namespace VicRegSweeps.Trials.Costs;

/// <summary>How quickly a stack was trained on some machine.</summary>
/// <param name="Machine">Its name, device and cores: paces of one are of no use to another.</param>
/// <param name="Utc">When it was measured.</param>
/// <param name="Calibration">Whether it was measured for its own sake, and not in a sweep.</param>
/// <param name="Trials">K, how many trials were trained together.</param>
/// <param name="StepRate">Multiply-adds a second of training steps.</param>
/// <param name="EvaluationRate">Multiply-adds a second of evaluations; null when there were none.</param>
/// <param name="HasEncoder">Whether backbones were trained, whose convolutions have a pace of their own.</param>
public sealed record StackPace(
    string Machine, DateTimeOffset Utc, bool Calibration, int Trials, double StepRate, double? EvaluationRate, bool HasEncoder = false);

/// <summary>How quickly a backbone made features on some machine.</summary>
/// <param name="Precision">See <see cref="BankCost.WayOf"/>.</param>
/// <param name="Rate">Images a second.</param>
public sealed record BankPace(string Machine, DateTimeOffset Utc, bool Calibration, string Precision, double Rate);

/// <summary>Where a bank lies in the cache.</summary>
/// <param name="Settings"><see cref="BankCost.KeyOf"/>.</param>
/// <param name="Bank"><see cref="FeatureBank.Key"/>, which names its folder.</param>
public sealed record KnownBank(string Settings, string Bank);
