using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Observations;

namespace Coda.Reports.Gathering;

/// <summary>Which sites see values of a field, that can be drawn beside it, and which see functions of one or several, such as a speed.</summary>
internal static class FieldSites
{
    private const double Tolerance = 1e-6; // of interpolation weights that were rounded

    /// <summary>For each site the entry that it lies at, or -1 where it sees something else than a value of that entry's field.</summary>
    /// <param name="description">What the archive holds.</param>
    /// <returns>The entries; nothing where no site's place is known, or none sees a field. [site]</returns>
    public static int[]? Of(ArchiveDescription description)
    {
        var (layout, sites) = (description.Layout, description.Sites());
        if (sites.Entries.Any(entry => entry < 0))
        {
            return null;
        }

        // Where every field is the same everywhere, and none like another, what is an average of one field's values is its value.
        double[] constants = [.. layout.Fields.SelectMany((field, number) => Enumerable.Repeat(-1.5 - number, field.Size))];
        var ops = new BufferAlgebra<double>();
        var seen = ObservationOperator.Catalog.Create(description.Operator, layout).Apply(ops, ops.From(constants, constants.Length)).Span;
        var entries = new int[seen.Length];
        for (var site = 0; site < entries.Length; site++)
        {
            var entry = sites.Entries[site];
            entries[site] = Math.Abs(seen[site] - constants[entry]) <= Tolerance * Math.Abs(constants[entry]) ? entry : -1;
        }

        return Array.Exists(entries, entry => entry >= 0) ? entries : null;
    }
}
