using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Windows;

/// <summary>Windows of observations around any step of an archive, as values and mask; training and inference read through the same one.</summary>
/// <remarks>
/// A window of half-width a around step k holds steps k - a to k + a; what lies outside the record is unobserved. Each trajectory is read once and kept. Safe
/// for use from several threads.
/// </remarks>
public sealed class WindowSource
{
    // Values and mask, in single precision.
    private const int BytesPerEntry = 8;

    private readonly Lazy<ObservationStretch>[] _trajectories;

    /// <summary>Opens a window source.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="halfWidth">The half-width a, at least 0.</param>
    /// <exception cref="InvalidDataException">The record is shorter than half a window.</exception>
    /// <exception cref="ArgumentException">The machine has no memory for the record.</exception>
    public WindowSource(IObservationArchive archive, int halfWidth)
    {
        Require(archive.Description, halfWidth);
        (Description, HalfWidth) = (archive.Description, halfWidth);
        new MemoryNeed("Windows over the whole record")
            .Add(
                string.Create(
                    CultureInfo.InvariantCulture, $"observations of {Description.TrajectoryCount} trajectories "
                        + $"of {Description.Steps.Count} steps and {Description.SiteCount} sites"), BytesPerEntry,
                Description.TrajectoryCount, Description.Steps.Count + (2.0 * halfWidth), Description.SiteCount)
            .Require("Take a part of the record: fewer trajectories, fewer steps.");
        var plausible = PlausibleObservations.Of(archive);
        _trajectories = [.. Enumerable.Range(0, Description.TrajectoryCount).Select(
            trajectory => new Lazy<ObservationStretch>(() => plausible.ReadObservations(trajectory, Description.Steps.Widen(halfWidth, halfWidth))))];
    }

    /// <summary>What the archive holds.</summary>
    public ArchiveDescription Description { get; }

    /// <summary>The half-width a of the windows.</summary>
    public int HalfWidth { get; }

    /// <summary>The number of steps of a window, 2a + 1.</summary>
    public int Length => (2 * HalfWidth) + 1;

    /// <summary>The number of entries of a window's values, and of its mask. [time, site]</summary>
    public int Size => Length * Description.SiteCount;

    /// <summary>The observations of a whole trajectory, widened by a half-width on both sides. [time, site]</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    public ObservationStretch Trajectory(int trajectory) => _trajectories[trajectory].Value;

    /// <summary>The values of the window around a step. [time, site]</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="centre">A step of the record.</param>
    public ReadOnlySpan<float> Values(int trajectory, long centre) => Trajectory(trajectory).Values.AsSpan(Offset(centre), Size);

    /// <summary>The mask of the window around a step. [time, site]</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="centre">A step of the record.</param>
    public ReadOnlySpan<float> Mask(int trajectory, long centre) => Trajectory(trajectory).Mask.AsSpan(Offset(centre), Size);

    /// <summary>The standard deviations of the errors in the window around a step, 0 where nothing is observed. [time, site]</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="centre">A step of the record.</param>
    /// <param name="sigma">That of an observation which has none of its own.</param>
    /// <param name="target">Where they are written. [time, site]</param>
    public void Deviations(int trajectory, long centre, float sigma, Span<float> target) =>
        Trajectory(trajectory).CopyDeviations(Offset(centre), [sigma], target);

    /// <summary>Fills a buffer with the window around a step, as a network reads it.</summary>
    /// <param name="input">What the network reads.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="centre">A step of the record.</param>
    /// <param name="target">Where it is written. [channel, time, site]</param>
    public void Fill(AnalysisInput input, int trajectory, long centre, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = Offset(centre);
        var steps = new StepRange(centre, centre + 1).Widen(HalfWidth, HalfWidth);
        input.Fill(Trajectory(trajectory), steps, steps.End, target);
    }

    /// <summary>Refuses a record too short to be analyzed with windows of this half-width.</summary>
    /// <param name="description">What the archive holds.</param>
    /// <param name="halfWidth">The half-width a.</param>
    /// <exception cref="InvalidDataException">The record has fewer than a + 1 steps.</exception>
    public static void Require(ArchiveDescription description, int halfWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(halfWidth);
        if (description.Steps.Count < halfWidth + 1L)
        {
            throw new InvalidDataException(
                $"Expected a record of at least {halfWidth + 1L} steps (half a window of half-width {halfWidth}), got {description.Steps.Count}; "
                    + "take a longer record or a narrower window.");
        }
    }

    private int Offset(long centre)
    {
        if (!Description.Steps.Contains(centre))
        {
            throw new ArgumentOutOfRangeException(nameof(centre), centre, $"Expected a step in {Description.Steps}.");
        }

        return checked((int)((centre - Description.Steps.Start) * Description.SiteCount));
    }
}
