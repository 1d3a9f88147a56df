using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Data.Windows;
using Microsoft.ML;

namespace Coda.Inference.Pipelines.Rows;

/// <summary>The windows around every step of an archive as rows.</summary>
internal sealed class WindowRows : IArchiveRows
{
    /// <summary>The index of the values.</summary>
    public const int ValuesColumn = RowSchema.FirstVector;

    /// <summary>The index of the mask.</summary>
    public const int MaskColumn = ValuesColumn + 1;

    private readonly IObservationArchive _archive;
    private readonly int _halfWidth;
    private readonly PieceGrid _grid;

    /// <summary>Checks that the model can read the archive.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="card">The model's card.</param>
    /// <exception cref="ModelMismatchException">Archive and card disagree.</exception>
    /// <exception cref="InvalidDataException">The record is shorter than half a window.</exception>
    public WindowRows(IObservationArchive archive, ModelCard card)
    {
        card.Require(archive.Description);
        WindowSource.Require(archive.Description, card.HalfWidth);
        (_archive, _halfWidth, _grid) = (PlausibleObservations.Of(archive), card.HalfWidth, new PieceGrid(archive.Description, card.SiteCount));
        int[] window = [(2 * card.HalfWidth) + 1, card.SiteCount];
        Schema = RowSchema.With(("Values", window), ("Mask", window), (CodaCatalog.Observations, [2, .. window]));
    }

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public ArchiveDescription Description => _archive.Description;

    /// <inheritdoc/>
    public long Count => Description.TrajectoryCount * Description.Steps.Count;

    /// <inheritdoc/>
    public int PieceCount => _grid.Count;

    /// <inheritdoc/>
    public IEnumerable<RowPiece> ReadAll(bool[] isActive) => HasVector(isActive)
        ? _archive.ReadStretches(_grid.Length, _halfWidth).Select(stretch => new WindowPiece(stretch, _halfWidth))
        : Enumerable.Range(0, PieceCount).Select(piece => Key(_grid[piece]));

    /// <inheritdoc/>
    public IEnumerable<RowPiece> Read(int piece, bool[] isActive)
    {
        var (trajectory, steps) = _grid[piece];
        yield return HasVector(isActive)
            ? new WindowPiece(_archive.ReadObservations(trajectory, steps.Widen(_halfWidth, _halfWidth)), _halfWidth)
            : Key((trajectory, steps));
    }

    private static bool HasVector(bool[] isActive) => isActive.AsSpan(RowSchema.FirstVector).Contains(true);

    private static KeyPiece Key((int Trajectory, StepRange Steps) place) => new(place.Trajectory, place.Steps);
}
