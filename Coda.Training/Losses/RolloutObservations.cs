using Coda.Data.Algebra;

namespace Coda.Training.Losses;

/// <summary>The observations along a batch of rollouts, as plain arrays.</summary>
/// <param name="batchSize">The number of rollouts.</param>
/// <param name="leads">The number of leads, w + 1.</param>
/// <param name="siteCount">The number of sites.</param>
/// <param name="stateSize">The length of a state.</param>
public sealed class RolloutObservations(int batchSize, int leads, int siteCount, int stateSize)
{
    private float[]? _forcing;

    /// <summary>The number of rollouts.</summary>
    public int BatchSize { get; } = batchSize;

    /// <summary>The number of leads, w + 1.</summary>
    public int Leads { get; } = leads;

    /// <summary>The number of sites.</summary>
    public int SiteCount { get; } = siteCount;

    /// <summary>The length of a state.</summary>
    public int StateSize { get; } = stateSize;

    /// <summary>The observed values, 0 where missing. [lead, batch, site]</summary>
    public float[] Values { get; } = new float[leads * batchSize * siteCount];

    /// <summary>1/σ² where observed, 0 elsewhere. [lead, batch, site]</summary>
    public float[] Precisions { get; } = new float[leads * batchSize * siteCount];

    /// <summary>The number of the forcing's values at a step; 0 where the system has none.</summary>
    public int ForcingChannels { get; init; }

    /// <summary>The forcing over each step of the rollouts, at its start and its end. [step, batch, 2, channel]</summary>
    public float[] Forcing => _forcing ??= new float[(Leads - 1) * BatchSize * 2 * ForcingChannels];

    /// <summary>The number of observed entries that the data misfit is a mean over: those of the whole batch, where this is a share of it.</summary>
    public long ObservedCount { get; set; }

    /// <summary>The number of observed entries at those windows' centres that lie on the rollout, likewise: leads 0 and, where the later window is aligned,
    /// w.</summary>
    public long CentreCount { get; set; }

    /// <summary>The number of state entries at one end of the rollouts, over which consistency and reanalysis misfit are means: those of the whole batch, where
    /// this is a share of it.</summary>
    public long StateCount { get; init; } = (long)batchSize * stateSize;

    /// <summary>The error variance σ² that stands for all, by which the consistency term is divided.</summary>
    public double Variance { get; init; } = 1;

    /// <summary>How many times as large each entry's error is as the root of <see cref="Variance"/>; nothing for 1. [space]</summary>
    public IReadOnlyList<float>? Scales { get; init; }

    /// <summary>A difference of states over what its fields' errors are to that which stands for all, so that its squares over <see cref="Variance"/> have no
    /// unit. [..., space]</summary>
    /// <param name="difference">The difference. [..., space]</param>
    public Field<T> Scaled<T>(Field<T> difference) =>
        Scales is { } scales ? difference * difference.Algebra.Field(difference.Algebra.Constant([.. scales.Select(s => 1.0 / s)])) : difference;

    /// <summary>The reanalysis at the starts, then at the later centres, where training has one. [2 batch, space]</summary>
    public float[]? Reanalysis { get; init; }

    /// <summary>How much each of its entries counts, where not all count alike. [2 batch, space]</summary>
    public float[]? ReanalysisWeights { get; set; }

    /// <summary>The values at one lead. [batch, site]</summary>
    /// <param name="lead">The lead, 0 to w.</param>
    public ReadOnlySpan<float> ValuesAt(int lead) => Values.AsSpan(lead * BatchSize * SiteCount, BatchSize * SiteCount);

    /// <summary>The forcing over one step. [batch, 2 · channel]</summary>
    /// <param name="step">The step, 0 to w - 1.</param>
    public ReadOnlySpan<float> ForcingOver(int step) =>
        Forcing.AsSpan(step * BatchSize * 2 * ForcingChannels, BatchSize * 2 * ForcingChannels);

    /// <summary>The precisions at one lead. [batch, site]</summary>
    /// <param name="lead">The lead, 0 to w.</param>
    public ReadOnlySpan<float> PrecisionsAt(int lead) => Precisions.AsSpan(lead * BatchSize * SiteCount, BatchSize * SiteCount);
}
