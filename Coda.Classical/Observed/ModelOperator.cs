using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Observed;

/// <summary>An archive's observation operator on the states of a model, which may hold more than what was observed of, such as its parameters.</summary>
internal static class ModelOperator
{
    /// <summary>H on a model's states: the model's own where it has one; else the archive's, on the part that is the archive's layout where they begin with
    /// it, else on the whole.</summary>
    /// <param name="archive">What the archive holds; a model with an operator of its own has accepted it.</param>
    /// <param name="model">The forecast model.</param>
    /// <exception cref="ArgumentException">The operator does not apply.</exception>
    public static ObservationOperator Of(ArchiveDescription archive, ForecastModel model)
    {
        var (layout, fields) = (model.Layout, archive.Layout.Fields);
        if (model.Operator is { } own)
        {
            var h = WorkingOperator.Of(own, model.OperatorLayout, archive.ErrorModels());
            return model.OperatorLayout.Size == layout.Size ? h : new OfFirstFields(h, model.OperatorLayout.Size);
        }

        var isPart = layout.Fields.Count > fields.Count && layout.Fields.Take(fields.Count).SequenceEqual(fields);
        ObservationOperator observed = isPart
            ? new OfFirstFields(WorkingOperator.Of(archive.Operator, archive.Layout, archive.ErrorModels()), archive.Layout.Size)
            : WorkingOperator.Of(archive.Operator, layout, archive.ErrorModels());
        var sites = new SiteMap(layout, observed.Locations);
        if (archive.System is { } system && sites.GridDifferenceTo(archive.Sites()) is { } otherGrid)
        {
            throw new ArgumentException($"The model's state ({layout}) against the archive, which system '{system.Name}' gave its grid: {otherGrid}. "
                + "Take a model on the archive's grid (option system).");
        }

        return sites.DifferenceTo(archive.Sites()) is { } difference
            ? throw new ArgumentException($"Sites of the archive against the model's state ({layout}): {difference}. "
                + "Import the observations again with --system, which takes names of entries to these entries.")
            : observed;
    }

    private sealed class OfFirstFields(ObservationOperator inner, int size) : ObservationOperator
    {
        public override IReadOnlyList<int> Locations => inner.Locations;

        public override SitePositions? Positions => inner.Positions;

        public override ObservationOperator At(ReadOnlySpan<int> sites) => new OfFirstFields(inner.At(sites), size);

        public override Field<T> Apply<T>(Field<T> x) => inner.Apply(x.Slice(0, size));
    }
}
