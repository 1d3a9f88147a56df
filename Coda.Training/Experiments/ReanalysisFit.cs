using System.Text.Json.Serialization;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The last stage of a training run: the training record is analyzed with the trained model, and the network is fitted to these states.</summary>
/// <remarks>
/// A teacher that sees the whole record, a student that sees a window (Hinton et al., 2015, doi:10.48550/arXiv.1503.02531). The teacher is the polish, over
/// whole trajectories, or a classical method with the trained model; all it reads are the observations. Parameters and correction stay as they are. Immutable;
/// safe to share.
/// </remarks>
public sealed record ReanalysisFit
{
    /// <summary>The number of optimizer steps.</summary>
    public int Steps { get; init; } = 5000;

    /// <summary>The number of pairs of windows in a step.</summary>
    /// <remarks>Smaller than in the joint stage: what is fitted has next to no noise, which large batches are there to average away.</remarks>
    public int BatchSize { get; init; } = 16;

    /// <summary>The network's learning rate at its height.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The share of training windows whose observations are drawn anew: those of the reanalysis at the places of another window, with errors of their
    /// own.</summary>
    /// <remarks>
    /// A record is seen once; drawn anew, the same states give as many windows as training takes, and none of them shows the errors of observation that the
    /// states' own errors come from. 0 keeps to what was observed, for operators or errors that one does not trust.
    /// </remarks>
    public double RedrawProbability { get; init; } = 1;

    /// <summary>The largest share of observations withheld from the network, in [0, 1), so that it meets records that are sparser than this one; each pair of
    /// windows draws its own in (0, that).</summary>
    public double WithholdingFraction { get; init; }

    /// <summary>The range of observing settings that windows drawn anew are drawn from, so that the network knows others than the record's own; by default that
    /// alone.</summary>
    public SettingsRange? Settings { get; init; }

    /// <summary>The error over σ, above which an entry counts less: by w = 1 / (1 + (s/(errorScale σ))²), s the network's own spread. By default all entries
    /// count alike.</summary>
    /// <remarks>
    /// In settings of many kinds those where next to nothing is seen would decide the fit, by errors that no network can avoid. A weight that depends on the
    /// window alone leaves the best network what it is, the mean of the states given a window (after Seitzer et al., 2022, doi:10.48550/arXiv.2203.09168).
    /// </remarks>
    public double? ErrorScale { get; init; }

    /// <summary>The network to fit, where it is another than the joint stage's; arrays of weights that both have, by name and shape, start from
    /// those.</summary>
    public Component? Network { get; init; }

    /// <summary>The method that analyzes the record, with its options; by default the polish from the network's analyses.</summary>
    /// <remarks>
    /// On fields a localized filter or smoother from a cold start (<c>eakf</c>, <c>enks</c>) costs next to nothing beside the fit. It runs with the trained
    /// parameters, and with the correction where there is one.
    /// </remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Component? Method { get; init; }

    /// <summary>Whose states are fitted: those of the reanalysis, or, of a twin experiment, the truth's, as published systems are trained (4DVarNet). Then no
    /// reanalysis is made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public StateTeacher Teacher { get; init; }

    /// <summary>The first steps of each trajectory that are not fitted, because a method from a cold start has not found the truth there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SpinUpSteps { get; init; }

    /// <summary>The polish's variance of the model error in a step; by default its own.</summary>
    public double? ModelErrorVariance { get; init; }

    /// <summary>The experiment of this stage.</summary>
    /// <param name="experiment">The experiment that has it.</param>
    public Experiment Of(Experiment experiment) => experiment with
    {
        Loss = [new Component("reanalysis-misfit")],
        Steps = Steps,
        WarmUpSteps = Math.Min(experiment.WarmUpSteps, Steps / 10),
        BatchSize = BatchSize,
        Network = Network ?? experiment.Network,
        WithholdingFraction = WithholdingFraction,
        LearningRate = LearningRate,
        Reanalysis = this,
    };

    /// <summary>Adds what is wrong with the numbers.</summary>
    /// <param name="faults">What was found so far.</param>
    internal Faults Check(Faults faults) => (Settings?.Check(faults) ?? faults)
        .Require(Steps >= 1, $"reanalysis.{nameof(Steps)}", "at least 1", Steps)
        .Require(BatchSize >= 1, $"reanalysis.{nameof(BatchSize)}", "at least 1", BatchSize)
        .Require(LearningRate > 0, $"reanalysis.{nameof(LearningRate)}", "greater than 0", LearningRate)
        .Require(SpinUpSteps >= 0, $"reanalysis.{nameof(SpinUpSteps)}", "at least 0", SpinUpSteps)
        .Require(Method is null || ModelErrorVariance is null, $"reanalysis.{nameof(ModelErrorVariance)}",
            "none where reanalysis.method names the method (its own options say it)", ModelErrorVariance)
        .Require(Teacher == StateTeacher.Reanalysis || (Method is null && ModelErrorVariance is null && SpinUpSteps == 0), $"reanalysis.{nameof(Teacher)}",
            "reanalysis beside options of its method (method, modelErrorVariance, spinUpSteps)", Teacher)
        .Require(RedrawProbability is >= 0 and <= 1, $"reanalysis.{nameof(RedrawProbability)}", "in [0, 1]", RedrawProbability)
        .Require(ErrorScale is null or (> 0 and < double.PositiveInfinity), $"reanalysis.{nameof(ErrorScale)}", "a finite number greater than 0", ErrorScale)
        .Require(Settings is null || RedrawProbability > 0, $"reanalysis.{nameof(Settings)}", "a redrawProbability greater than 0", RedrawProbability)
        .Require(WithholdingFraction is >= 0 and < 1, $"reanalysis.{nameof(WithholdingFraction)}", "in [0, 1)", WithholdingFraction)
        .Require(
            ModelErrorVariance is null or (
                >= 1e-12 and < double.PositiveInfinity), $"reanalysis.{nameof(ModelErrorVariance)}", "a finite number of at least 1e-12", ModelErrorVariance);
}
