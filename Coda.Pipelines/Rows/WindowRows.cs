using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Data.Windows;
using Microsoft.ML;

namespace Coda.Pipelines.Rows;

/// <summary>The windows around every step of an archive as rows.</summary>
internal sealed class WindowRows : IArchiveRows
{
    /// <summary>The index of the values.</summary>
    public const int ValuesColumn = RowSchema.FirstVector;

    /// <summary>The index of the mask.</summary>
    public const int MaskColumn = ValuesColumn + 1;

    private static readonly string[] Channels = ["value", "mask", "sigma"];

    private readonly IObservationArchive _archive;
    private readonly int _halfWidth;
    private readonly int _ahead; // the steps past its centre that a window sees
    private readonly BlockGrid _grid;
    private readonly AnalysisInput _input; // of observations without one of their own, where the network reads them

    /// <summary>Checks that the model can read the archive.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="isNowcast">Whether what was observed after a window's centre is left out.</param>
    /// <exception cref="ModelMismatchException">Archive and card disagree, or the record is shorter than half a window.</exception>
    public WindowRows(IObservationArchive archive, ModelCard card, bool isNowcast)
    {
        card.Require(archive.Description);
        card.RequireLength(archive.Description);
        _input = card.Input(archive.Description.Sigma);
        (_archive, _halfWidth, _ahead, _grid) =
            (PlausibleObservations.Of(archive), card.HalfWidth, isNowcast ? 0 : card.HalfWidth, new BlockGrid(archive.Description, card.SiteCount));
        int[] window = [(2 * card.HalfWidth) + 1, card.SiteCount];
        Schema = RowSchema.With(
            _ahead, ("Values", window, () => Names(card, "value")), ("Mask", window, () => Names(card, "mask")),
            (ColumnNames.Observations, [card.InputChannels, .. window], () => Names(card, [.. Channels[..card.InputChannels]])));
    }

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public ArchiveDescription Description => _archive.Description;

    /// <inheritdoc/>
    public long Count => Description.TrajectoryCount * Description.Steps.Count;

    /// <inheritdoc/>
    public int BlockCount => _grid.Count;

    /// <inheritdoc/>
    public IEnumerable<RowBlock> ReadAll(bool[] isActive) => HasVector(isActive)
        ? _archive.ReadStretches(_grid.Length, _halfWidth).Select(stretch => new WindowBlock(stretch, _halfWidth, _ahead, _input))
        : Enumerable.Range(0, BlockCount).Select(block => Key(_grid[block]));

    /// <inheritdoc/>
    public IEnumerable<RowBlock> Read(int block, bool[] isActive)
    {
        var (trajectory, steps) = _grid[block];
        yield return HasVector(isActive)
            ? new WindowBlock(_archive.ReadObservations(trajectory, steps.Widen(_halfWidth, _halfWidth)), _halfWidth, _ahead, _input)
            : Key((trajectory, steps));
    }

    // Channel, site and steps from the centre, as in "value st03 -2".
    private static IReadOnlyList<string> Names(ModelCard card, params IReadOnlyList<string> channels)
    {
        var (sites, steps) = (card.Sites(), Enumerable.Range(-card.HalfWidth, (2 * card.HalfWidth) + 1));
        string[] names = [.. sites.Names ?? Enumerable.Range(0, card.SiteCount).Select(sites.EntryAt)];
        return [.. channels.SelectMany(channel => steps.SelectMany(step => names.Select(name => Name(channel, name, step))))];

        static string Name(string channel, string site, int step) => FormattableString.Invariant($"{channel} {site} {step:+0;-0;0}");
    }

    private static bool HasVector(bool[] isActive) => isActive.AsSpan(RowSchema.FirstVector).Contains(true);

    private static KeyBlock Key((int Trajectory, StepRange Steps) place) => new(place.Trajectory, place.Steps);
}
