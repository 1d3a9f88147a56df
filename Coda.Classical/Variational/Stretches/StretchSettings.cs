using Coda.Classical.Correlations;
using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tiles;

namespace Coda.Classical.Variational.Stretches;

/// <summary>How stretches are smoothed.</summary>
/// <param name="Passes">The most passes of the first start.</param>
/// <param name="Noise">The variance of the observations' errors.</param>
internal sealed record StretchSettings(int Passes, ErrorVariance Noise)
{
    /// <summary>q of the last passes, where it is given.</summary>
    public double? Variance { get; init; }

    /// <summary>That where it is not, of states whose variance is about 10.</summary>
    public double UsualVariance { get; init; }

    /// <summary>How q is shared among the state's entries; nothing where all have the same. With matrices only.</summary>
    public ErrorShares? Shares { get; init; }

    /// <summary>What parameters in the state are before anything is observed; nothing where there are none.</summary>
    public ParameterPrior? Parameters { get; init; }

    /// <summary>q of the first pass, where it is given; each one after divides it by ten.</summary>
    public double? InitialVariance { get; init; }

    /// <summary>The forcing of the record, where the model has one.</summary>
    public RecordForcing? Forcing { get; init; }

    /// <summary>The prior of every stretch; nothing for that of its first guess.</summary>
    public Prior? Prior { get; init; }

    /// <summary>What a member of a randomized posterior draws of the errors of prior and model; nothing for the mode itself. With matrices only.</summary>
    public MemberDraws? Draws { get; init; }

    /// <summary>What twice the cost over the number of observations is near: at the minimum of a member, whose observations have its own draws of their errors
    /// besides those that they came with, twice as large.</summary>
    public double ExpectedMisfit => Draws is null ? 1 : 2;

    /// <summary>The variance of the prior, or nothing for the first guess's own.</summary>
    public double? PriorVariance { get; init; }

    /// <summary>The change at which passes have come to rest, as a share of the climatology's standard deviation.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Without matrices: the decrease of twice the cost, over the number of observations, at which passes have come to rest.</summary>
    public double CostTolerance { get; init; } = 1e-3;

    /// <summary>The misfit of 50 steps, sampling error aside, above which a rest is not the one sought.</summary>
    public double MaximumMisfit { get; init; } = 1.5;

    /// <summary>Whether the spread is computed.</summary>
    public bool HasSpread { get; init; } = true;

    /// <summary>The number of last entries of the state whose covariance is reported, with the spread; not by tiles.</summary>
    public int LastEntries { get; init; }

    /// <summary>Stops between passes.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>How the equations are solved on a large ring; nothing for the dense way.</summary>
    public TileSettings? Tiles { get; init; }

    /// <summary>How the equations are solved without matrices; nothing for another way.</summary>
    public ConjugateGradientSettings? MatrixFree { get; init; }

    /// <summary>Without matrices: the covariance of the first guess's errors, where that is a filter's; their size is its spread's, where it
    /// has one.</summary>
    public SpectralCovariance? GuessErrors { get; init; }

    /// <summary>The step from which on those errors are what the first guess has: none before have been seen at the record's start.</summary>
    public long FirstUsed { get; init; }

    /// <summary>Without matrices: whether the errors of prior and model are correlated wave by wave.</summary>
    public bool IsCorrelated { get; init; }

    /// <summary>Without matrices: whether the model is computed in single precision.</summary>
    public bool IsSingle { get; init; }
}
