using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Workflows.Weighing;

namespace Coda.Cli;

/// <summary>The picture of weighed observations: a map where all sites lie in a plane, else a curve over their numbers.</summary>
internal static class ImpactFigure
{
    private const string Impact = "impact on the forecast's error";
    private const string Target = "expected from one more observation";

    /// <summary>Draws impacts by site, and beside them where one more would help.</summary>
    /// <param name="result">What was weighed.</param>
    /// <param name="archive">The record.</param>
    /// <param name="name">Its name.</param>
    public static Figure Of(WeighOutcome result, ArchiveDescription archive, string name)
    {
        var (source, sites) = (new FigureSource(name, $"{result.Method}, {result.Model}", archive.Seed), archive.Sites());
        return result.Sites.All(s => sites.FieldAt((int)s.Key!.Value) is { Grid.Extent.Count: 2 }) ? OnMap(result, sites, source) : AlongSites(result, source);
    }

    private static Figure AlongSites(WeighOutcome result, FigureSource source)
    {
        double[] places = [.. result.Sites.Select(s => (double)s.Key!.Value)];
        Curve[] curves =
        [
            new(Impact, places, [.. result.Sites.Select(s => s.Count == 0 ? double.NaN : s.Impact)]),
            .. result.Sites.Any(s => s.Target is not null)
                ? [new Curve(Target, places, [.. result.Sites.Select(s => -s.Target ?? double.NaN)])] : Array.Empty<Curve>(),
        ];
        return Figures.Figures.OfCurves(
            "impact", "What each site is worth: change of the forecast error, negative where it helps", source, "site", "change of error", curves);
    }

    // One map of impacts for each field that is observed, and one of targets.
    private static Figure OnMap(WeighOutcome result, SiteMap sites, FigureSource source)
    {
        var panels = new List<MapPanel>();
        foreach (var field in result.Sites.GroupBy(s => sites.FieldAt((int)s.Key!.Value)!))
        {
            var frame = FrameOf(field.Key);
            panels.Add(Panel($"{field.Key.Name}: impact", Quantity.Error, Impact, field.Where(s => s.Count > 0), s => s.Impact));
            if (field.Any(s => s.Target is not null))
            {
                var targets = field.Where(s => s.Target is not null);
                panels.Add(Panel($"{field.Key.Name}: one more observation", Quantity.Spread, Target, targets, s => s.Target!.Value));
            }

            MapPanel Panel(string title, Quantity quantity, string what, IEnumerable<ImpactSum> sums, Func<ImpactSum, double> value) =>
                new(title, quantity, new double[1, 1])
                {
                    Frame = frame, Field = new(what, "1"), Points = [.. sums.Select(s => PointOf(field.Key, Position(s), value(s)))],
                };
        }

        return Figures.Figures.Map(source, Impact, "1", panels, columns: 2);

        // Where it was observed, as precisely as the operator knows.
        double[] Position(ImpactSum sum) => sites.PositionOf((int)sum.Key!.Value);
    }

    // Rows of a grid go upwards; coordinates of points come as x and y.
    private static MapPoint PointOf(StateField field, double[] position, double value) => field.Grid.Shape.Count == 2
        ? new(position[1] * field.Grid.Extent[1], position[0] * field.Grid.Extent[0], value)
        : new(position[0] * field.Grid.Extent[0], position[1] * field.Grid.Extent[1], value);

    private static MapFrame FrameOf(StateField field)
    {
        MapPoint[] corners = [.. Enumerable.Range(0, field.Size).Select(i => PointOf(field, field.Grid.Position(i), 0))];
        var isGrid = field.Grid.Shape.Count == 2;
        return new((corners.Min(p => p.X), corners.Max(p => p.X)), (corners.Min(p => p.Y), corners.Max(p => p.Y)))
        {
            IsPeriodicX = isGrid && field.Grid.IsPeriodic[1], IsPeriodicY = isGrid && field.Grid.IsPeriodic[0],
        };
    }
}
