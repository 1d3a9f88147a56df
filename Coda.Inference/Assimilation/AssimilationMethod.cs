using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>Observations in, analyses out: a trained network or a classical method.</summary>
/// <remarks>
/// A subclass is one file: sealed, with a nested <c>Options</c> record and a constructor (<see cref="AnalysisContext"/>, Options); it is then found by name
/// (<see cref="Catalog"/>). It reads observations only, never a truth. Safe for use from several threads.
/// </remarks>
public abstract class AssimilationMethod
{
    /// <summary>Every method, by name; the context of its entries is an <see cref="AnalysisContext"/>.</summary>
    public static Catalog<AssimilationMethod> Catalog { get; } = new("method", typeof(AnalysisContext));

    /// <summary>The method's name in the catalogue.</summary>
    public virtual string Name => Catalog<AssimilationMethod>.NameOf(GetType());

    /// <summary>Which model it computes with, in words for the rows of tables (<see cref="Forecasting.ForecastModel.Description"/>); <see langword="null"/> for
    /// none.</summary>
    public virtual string? Model => null;

    /// <summary>The layout of the states that it estimates.</summary>
    public abstract StateLayout Layout { get; }

    /// <summary>
    /// The most steps past its own that an analysis uses the observations of: 0 for a filter or a nowcast, <see langword="null"/> where that may be the rest of
    /// the record. Statistics of a reference, such as a mean, do not count.
    /// </summary>
    public abstract int? LookAhead { get; }

    /// <summary>Whether an analysis uses observations after its step (a smoother), or only its own and earlier ones (a filter).</summary>
    public bool IsSmoother => LookAhead != 0;

    /// <summary>Whether <see cref="AnalysisRequest.Ranks"/> advance an ensemble's members together; others leave it to shards to divide a record.</summary>
    public virtual bool DividesMembers => false;

    /// <summary>
    /// The steps that are analyzed together, where an analysis depends on nothing but observations near its step, so that a long record can be analyzed in
    /// parts that begin at multiples of it; <see langword="null"/> where a trajectory is analyzed as a whole.
    /// </summary>
    public virtual int? PieceLength => null;

    /// <summary>The memory that an analysis takes at its height, about, told from sizes alone, so that one that cannot fit is refused before it
    /// begins.</summary>
    /// <remarks>By default that of pieces under way, with <see cref="PieceLength"/> steps each (1024 where there is none); a method that holds more says
    /// so.</remarks>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="workers">The pieces or trajectories worked on at the same time, at least 1.</param>
    public virtual MemoryNeed Memory(ArchiveDescription archive, int workers) => PieceMemory.Of(this, archive, workers);

    /// <summary>Analyzes the steps of an archive, every one, the record's edges included; what lies outside the record is unobserved.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps, and with how many workers; all of them if none is given.</param>
    /// <returns> The analyses, sorted by (trajectory, step), computed ahead of the reader by a bounded amount. Their bits do not depend on the number of
    /// workers.
    /// </returns>
    /// <exception cref="ArgumentException">The method cannot read this archive, the request is not within it, or the machine has no memory for it.</exception>
    /// <exception cref="InvalidDataException">The record is too short.</exception>
    public IEnumerable<StateBlock> Analyze(IObservationArchive archive, AnalysisRequest? request = null) => ToPhysical(Compute(archive, request));

    /// <summary>As <see cref="Analyze"/>, on the coordinates of fields with bounds (<see cref="StateDomain"/>): what one method takes from another. It reads
    /// the archive through <see cref="Data.Archives.Stored.PlausibleObservations.Of"/>.</summary>
    /// <inheritdoc cref="Analyze" path="//param"/>
    /// <inheritdoc cref="Analyze" path="//returns"/>
    public abstract IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null);

    /// <summary>Analyses as archives hold them.</summary>
    /// <param name="analyses">What <see cref="Compute"/> gives.</param>
    protected IEnumerable<StateBlock> ToPhysical(IEnumerable<StateBlock> analyses) =>
        Layout.IsBounded ? analyses.Select(block => block.ToPhysical(Layout)) : analyses;
}
