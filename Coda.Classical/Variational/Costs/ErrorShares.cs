namespace Coda.Classical.Variational.Costs;

/// <summary>How much of the model's error variance each entry of the state has: Q = q diag(shares), for fields whose models err by different sizes.</summary>
/// <param name="shares">The entries' variances over q, greater than 0. [space]</param>
internal sealed class ErrorShares(double[] shares)
{
    private readonly double[] _inverse = Array.ConvertAll(shares, s => 1 / s);

    /// <summary>One over each share. [space]</summary>
    public ReadOnlySpan<double> Inverse => _inverse;

    /// <summary>The shares of a layout's entries.</summary>
    /// <param name="model">The model, with the units that its states are in.</param>
    /// <param name="variances">Variances by the field's symbol, in the field's own unit; other fields have the share 1.</param>
    /// <param name="variance">q, in the units of the states.</param>
    public static ErrorShares Of(Tangents.LinearizedModel model, IReadOnlyDictionary<string, double> variances, double variance)
    {
        var (layout, shares) = (model.Layout, new double[model.Layout.Size]);
        Array.Fill(shares, 1);
        foreach (var field in layout.Fields.Where(field => variances.ContainsKey(field.Name)))
        {
            var start = layout.OffsetOf(field.Name);
            for (var i = start; i < start + field.Size; i++)
            {
                var unit = model.Scales.Entries?[i] ?? 1.0;
                shares[i] = variances[field.Name] / (unit * unit) / variance;
            }
        }

        return new ErrorShares(shares);
    }
}
