using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Calibrating;

/// <summary>The estimates that get bands: a method's, made as they are read, or an archive's.</summary>
internal sealed class CalibratedEstimates : IDisposable
{
    private readonly Func<IObservationArchive, IEnumerable<StateBlock>> _read;
    private readonly ParquetArchive? _opened;

    private CalibratedEstimates(
        ArchiveTable table, StateLayout layout, SortedDictionary<string, string> origin, Func<IObservationArchive, IEnumerable<StateBlock>> read,
        ParquetArchive? opened = null) => (Table, Layout, Origin, _read, _opened) = (table, layout, origin, read, opened);

    /// <summary>Analyses or forecasts.</summary>
    public ArchiveTable Table { get; }

    /// <summary>The layout of the states.</summary>
    public StateLayout Layout { get; }

    /// <summary>What they are made with and of.</summary>
    public SortedDictionary<string, string> Origin { get; }

    /// <summary>A method's analyses.</summary>
    /// <param name="job">The method, its model and the archive.</param>
    /// <param name="progress">Takes the method's warnings.</param>
    /// <param name="cancellation">Stops the analyses.</param>
    public static CalibratedEstimates OfMethod(CalibrateJob job, IWorkflowProgress progress, CancellationToken cancellation)
    {
        var context = new AnalysisContext(new PlausibleObservations(job.Archive, job.GrossCheck), job.Model);
        var method = AssimilationMethod.Catalog.Create(job.Method!, context);
        context.RequireModelUsed(job.Method!);
        var request = new AnalysisRequest
        {
            Workers = job.Workers, Warnings = progress.Warnings, NameOf = job.Archive.Description.NameOf, Cancellation = cancellation,
        };
        return new(ArchiveTable.Analyses, method.Layout, AnalysisOrigin.Of(job.Method!, context, job.Archive),
            archive => Of(archive).Analyze(new PlausibleObservations(archive, job.GrossCheck), request));

        // Where sites are denied, statistics have not seen them either.
        AssimilationMethod Of(IObservationArchive archive) => ReferenceEquals(archive, job.Archive) ? method
            : AssimilationMethod.Catalog.Create(job.Method!, new AnalysisContext(new PlausibleObservations(archive, job.GrossCheck), job.Model));
    }

    /// <summary>Those that an archive holds.</summary>
    /// <param name="job">The archives.</param>
    /// <param name="warnings">Told where the archive does not say what they were made from.</param>
    /// <exception cref="InvalidDataException">They were made from other observations, which may hold those that are withheld here.</exception>
    public static CalibratedEstimates OfArchive(CalibrateJob job, ResultWarnings warnings)
    {
        var table = job.OfForecasts ? ArchiveTable.Forecasts : ArchiveTable.Analyses;
        var opened = job.Estimates is { } path ? ParquetArchive.Open(path, verifies: job.Archive.Verifies) : null;
        try
        {
            var estimates = opened ?? job.Archive;
            job.Archive.Description.RequireEstimates(estimates.Description, estimates.Path);
            if (!estimates.HasTable(table))
            {
                throw new ArchiveFormatException($"{estimates.Path}: expected {table.ToString().ToLowerInvariant()} to calibrate, got none. "
                    + "Name a model or a method, or run 'coda analyze' first.");
            }

            RequireOwn(job.Archive, estimates, table, warnings);
            var layout = estimates.Description.NoteOf(table).Layout
                ?? LayoutMatch.Of(job.Archive.Description, estimates.ReadStates(table).First().StateSize);
            var origin = new SortedDictionary<string, string>(
                estimates.Description.Origins?.GetValueOrDefault(table.ToString().ToLowerInvariant()) ?? [], StringComparer.Ordinal);
            origin.TryAdd("observations", job.Archive.Description.DigestOf(ArchiveTable.Observations));
            return new(table, layout, origin, _ => estimates.ReadStates(table), opened);
        }
        catch
        {
            opened?.Dispose();
            throw;
        }
    }

    // Estimates that have seen what is withheld here would seem far better than they are.
    private static void RequireOwn(ParquetArchive archive, ParquetArchive estimates, ArchiveTable table, ResultWarnings warnings)
    {
        var own = archive.Description.DigestOf(ArchiveTable.Observations);
        switch (table == ArchiveTable.Forecasts ? OfStarts(archive, estimates) : estimates.Description.ObservationsOf(table))
        {
            case null:
                warnings.Add(
                    "unknown-observations",
                    $"{table.ToString().ToLowerInvariant()} in {estimates.Path} do not say which observations they were made from: bands are too narrow if the "
                        + $"ones withheld from {archive.Path} are among them. Make them with 'coda analyze', and forecasts beside their analyses.");
                break;
            case var from when from != own:
                throw new InvalidDataException(
                    $"{estimates.Path}: expected {table.ToString().ToLowerInvariant()} made from the observations of {archive.Path}, got some of others, "
                        + "among which may be those that are withheld here. Name the archive that they are of, or analyze this one.");
        }
    }

    // Forecasts name the analyses that they start from, which name their observations.
    private static string? OfStarts(ParquetArchive archive, ParquetArchive estimates)
    {
        var origin = estimates.Description.Origins?.GetValueOrDefault(nameof(ArchiveTable.Forecasts).ToLowerInvariant());
        var starts = origin?.GetValueOrDefault("analyses");
        return new[] { estimates, archive }.Where(a => a.HasTable(ArchiveTable.Analyses) && a.Description.DigestOf(ArchiveTable.Analyses) == starts)
            .Select(a => a.Description.ObservationsOf(ArchiveTable.Analyses)).FirstOrDefault(from => from is not null);
    }

    /// <summary>The estimates.</summary>
    /// <param name="archive">What a method analyzes; an archive's estimates are there already.</param>
    public IEnumerable<StateBlock> Read(IObservationArchive archive) => _read(archive);

    /// <inheritdoc/>
    public void Dispose() => _opened?.Dispose();
}
