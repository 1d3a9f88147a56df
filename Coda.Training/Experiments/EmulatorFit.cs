using System.Text.Json.Serialization;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The training of an emulator of a step, again and again: the training record is analyzed with the model that there is, at first the experiment's
/// system, an emulator is fitted to the analyses, and is the model of the next cycle.</summary>
/// <remarks>
/// M. Goodliff and T. Miyoshi, "Using data assimilation to improve data-driven models", section 2.4. Steps, batch (of sequences), rates and seed are the
/// experiment's; parameters keep the system's values. Observations alone are read. Immutable; safe to share.
/// </remarks>
public sealed record EmulatorFit
{
    /// <summary>The emulator.</summary>
    public Component Network { get; init; } = new("lstm");

    /// <summary>The method that analyzes the training record in each cycle, with the system in the first and the last cycle's emulator from then on.</summary>
    public Component Method { get; init; } = new("three-dvar");

    /// <summary>Another for the first cycle, whose model errs more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Component? FirstMethod { get; init; }

    /// <summary>The number of cycles.</summary>
    public int Cycles { get; init; } = 1;

    /// <summary>The steps of a sequence: it begins with an empty memory, and each of its states is forecast from the one before.</summary>
    public int Length { get; init; } = 24;

    /// <summary>Whether an emulator starts from the weights of the last cycle's; else from random ones.</summary>
    public bool KeepsWeights { get; init; } = true;

    /// <summary>The number of optimizer steps of the cycles after the first; by default that of the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? LaterSteps { get; init; }

    /// <summary>The steps at the start of every trajectory whose analyses are left out: those that a method takes from a cold start to find the
    /// truth.</summary>
    public int SpinUpSteps { get; init; } = 20;

    /// <summary>Adds what is wrong with the numbers.</summary>
    /// <param name="faults">What was found so far.</param>
    internal Faults Check(Faults faults) => faults
        .Require(Cycles >= 1, "emulator.cycles", "at least 1", Cycles)
        .Require(Length >= 1, "emulator.length", "at least 1", Length)
        .Require(LaterSteps is null or >= 1, "emulator.laterSteps", "at least 1", LaterSteps)
        .Require(SpinUpSteps >= 0, "emulator.spinUpSteps", "at least 0", SpinUpSteps);
}
