using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>What the smoother of stretches and what polishes by it can be told.</summary>
public abstract record SmootherOptions : ForecastingOptions
{
    /// <summary>The most passes before another start is tried.</summary>
    public int Passes { get; init; } = 6;

    /// <summary>q, the variance of the model's error in one step, the mean of all entries; by default what the trained hybrid's card says where it is the
    /// model, else 1e-6, or by conjugate gradients 1e-7 of the first guess's variance.</summary>
    [Tuned(1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 7e-3, 1.5e-2)]
    public double? ModelErrorVariance { get; init; }

    /// <summary>q of the first pass, divided by ten in each one after until the last is reached; by default a hundred times that, up to .01; by
    /// conjugate gradients up to a thousandth of the first guess's variance, and at least what that departs from the model by. From there it reaches the last
    /// in good time.</summary>
    public double? InitialModelErrorVariance { get; init; }

    /// <summary>The variance of the state before a stretch is observed; by default that of the first guess over the stretch.</summary>
    public double? PriorVariance { get; init; }

    /// <summary>The steps of a stretch without its overlap, about.</summary>
    public int StretchLength { get; init; } = 2000;

    /// <summary>The steps that a stretch has more on each side, whose analyses are its neighbour's.</summary>
    public int Overlap { get; init; } = 200;

    /// <summary>
    /// The steps that each analysis looks back, from observations up to its own step only, as a forecaster has them: a stretch for each step, which costs as
    /// much as all of its steps smoothed. By default stretches reach ahead.
    /// </summary>
    public int? LookBack { get; init; }

    /// <summary>How the equations of a pass are solved.</summary>
    public SmootherSolver Solver { get; init; }

    /// <summary>Whether the spread is computed; it takes about as long as two passes.</summary>
    public bool HasSpread { get; init; } = true;

    /// <inheritdoc/>
    public override Faults Check(string method) => base.Check(method)
        .Require(Passes >= 1, nameof(Passes), "at least 1", Passes)
        .Require(
            ModelErrorVariance is null or (>= 1e-12 and < double.PositiveInfinity), nameof(ModelErrorVariance), "a finite number of at least 1e-12",
            ModelErrorVariance)
        .Require(
            InitialModelErrorVariance is null || (InitialModelErrorVariance >= (ModelErrorVariance ?? 0) && double.IsFinite(InitialModelErrorVariance.Value)),
            nameof(InitialModelErrorVariance),
            FormattableString.Invariant($"a finite number of at least {nameof(ModelErrorVariance)} ({ModelErrorVariance})"),
            InitialModelErrorVariance)
        .Require(PriorVariance is null or (> 0 and < double.PositiveInfinity), nameof(PriorVariance), "a finite number greater than 0", PriorVariance)
        .Require(LookBack is null or >= 1, nameof(LookBack), "at least 1", LookBack)
        .Require(Overlap >= 0, nameof(Overlap), "at least 0", Overlap)
        .Require(StretchLength >= Math.Max(1, Overlap), nameof(StretchLength), $"at least 1 and at least {nameof(Overlap)} ({Overlap})", StretchLength);
}
