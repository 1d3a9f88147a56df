using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>The mean of the reference observations, at every step: what one knows without observing.</summary>
[System.ComponentModel.Description("The mean of the observations.")]
public sealed class ClimatologyMethod : AssimilationMethod
{
    private const int MostSteps = 1024; // of a piece

    private readonly ObservedSites _sites;
    private readonly int _length;
    private readonly OnFirstUse<float[]> _mean;

    /// <summary>Makes the method; the mean is estimated on first use.</summary>
    /// <param name="context">The reference observations.</param>
    /// <param name="options">None.</param>
    /// <exception cref="ArgumentException">The observation operator does more than select entries of the state.</exception>
    public ClimatologyMethod(AnalysisContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _sites = new ObservedSites(context.Reference.Description);
        _length = PieceMemory.Length(Math.Max(_sites.PointOfSite.Length, _sites.PointOfEntry.Length), MostSteps);
        _mean = new(cancellation => ObservedMean.State(ObservedMean.Of(context.Reference, _sites, cancellation), _sites));
    }

    /// <inheritdoc/>
    public override int? LookAhead => 0;

    /// <inheritdoc/>
    public override int? PieceLength => _length;

    /// <inheritdoc/>
    public override StateLayout Layout => _sites.Layout;

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request ??= new AnalysisRequest();
        _sites.Require(Name, archive.Description);
        request.Require(archive.Description, this);
        return PieceByPiece.Analyze(archive, request, _length, 0, () => new object(), (_, piece) =>
        {
            var states = new float[piece.Steps.Count * Layout.Size]; // [time, space]
            for (var row = 0; row < piece.Steps.Count; row++)
            {
                _mean.Get(request.Cancellation).CopyTo(states, row * Layout.Size);
            }

            return piece.Block(states, Layout.Size);
        });
    }

    /// <summary>None.</summary>
    public sealed record Options;
}
