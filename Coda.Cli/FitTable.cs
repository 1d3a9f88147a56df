using System.Text.Json;
using Coda.Classical.Tuning;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>What a fit of a record found, for people.</summary>
internal static class FitTable
{
    private const int MostStates = 12;

    private static readonly JsonSerializerOptions OneLine = new(CodaJson.Options) { WriteIndented = false };

    /// <summary>Shows numbers with their errors, and how the fit went.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="result">What was found.</param>
    /// <param name="title">What was fitted to what.</param>
    /// <param name="errors">How errors meet the values: one for all sites, or one for each.</param>
    public static void Show(IAnsiConsole console, RecordFitResult result, string title, IReadOnlyList<ErrorModel> errors)
    {
        var first = result.Correlations.Count - result.Parameters.Count;
        Show(
            console, title, [.. result.Parameters, .. result.InitialStates.Take(Math.Min(first, MostStates))],
            [.. result.Parameters.Select(p => p.Name), .. result.InitialStates.Take(first).Select(s => $"initial {s.Name}")], result.Correlations);
        var kinds = errors.Distinct().ToList();
        var scale = kinds is [ErrorModel.Additive] ? "" : $" of {string.Join(" and ", kinds.Select(kind => kind.Words()))}";
        console.Facts(
            "The fit",
            ("observations", Tables.Count(result.Observations)),
            ("misfit", $"{result.Misfit:G3}{scale}"),
            ("sigma", result.Sigma is { } sigma ? FormattableString.Invariant($"{sigma:G3}{scale}{(result.IsSigmaEstimated ? ", estimated" : "")}") : null),
            ("starts", $"{result.Agreeing} of {result.Starts} ended here"),
            ("system", result.System is null ? null : JsonSerializer.Serialize(result.System, OneLine)));
    }

    /// <summary>Shows parameters that a trained model's simulator was estimated with.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="estimates">What was found.</param>
    /// <param name="title">Of what, from what.</param>
    public static void Show(IAnsiConsole console, ParameterEstimates estimates, string title)
    {
        Show(console, title, estimates.Parameters, [.. estimates.Parameters.Select(p => p.Name)], estimates.Correlations);
        console.Facts(
            "The estimate", ("stretches", Tables.Count(estimates.Stretches)),
            ("unsound", estimates.Unsound > 0 ? $"{Tables.Count(estimates.Unsound)}, left out" : null));
    }

    /// <summary>Shows parameters that windows of a record share.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="estimates">What was found.</param>
    /// <param name="title">Of what, from what.</param>
    public static void Show(IAnsiConsole console, WindowEstimates estimates, string title)
    {
        static string Numbers(IEnumerable<double> values) => string.Join(", ", values.Select(v => FormattableString.Invariant($"{v:G3}")));
        console.Numbers(
            title, ["number", "start", "estimate", "±", "of prior", "correlates with"],
            estimates.Parameters.Select((n, i) => (string[])
            [
                n.Name, FormattableString.Invariant($"{n.Start:G4}"), FormattableString.Invariant($"{n.Value:G4}"),
                FormattableString.Invariant($"{n.StandardError:G2}"), Share(n),
                Strongest(estimates.Correlations[i], i, [.. estimates.Parameters.Select(p => p.Name)]),
            ]));
        console.Facts(
            "The estimate",
            ("windows", $"{Tables.Count(estimates.Windows)} of {Tables.Count(estimates.WindowSteps)} steps"),
            ("unsound", estimates.Unsound > 0 ? $"{Tables.Count(estimates.Unsound)}, left out" : null),
            ("observations", Tables.Count(estimates.Observations)),
            ("misfit", FormattableString.Invariant($"{estimates.Misfit:F3} (1 expected)")),
            ("± by curvature", Numbers(estimates.CurvatureErrors)),
            ("± by scatter", estimates.ScatterErrors.Count > 0 ? Numbers(estimates.ScatterErrors) : null),
            ("rounds", string.Join("; ", estimates.Rounds.Select(Numbers))),
            ("passes", Tables.Count(estimates.Passes)),
            ("system", JsonSerializer.Serialize(estimates.System, OneLine)));
    }

    /// <summary>Shows parameters at which a filter's innovations are likeliest.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="estimates">What was found.</param>
    /// <param name="title">Of what, from what.</param>
    public static void Show(IAnsiConsole console, LikelihoodEstimates estimates, string title)
    {
        static string Variance(FittedNumber number) => FormattableString.Invariant($"{number.Value:G3} ± {number.StandardError:G2}");
        Show(console, title, estimates.Parameters, [.. estimates.Parameters.Select(p => p.Name)], estimates.Correlations);
        console.Facts(
            "The estimate",
            ("windows", $"{Tables.Count(estimates.Windows)} of {Tables.Count(estimates.WindowSteps)} steps, {Tables.Count(estimates.MarginSteps)} not counted"),
            ("lost", estimates.Lost > 0 ? $"{Tables.Count(estimates.Lost)} windows, left out" : null),
            ("model's error", $"variance {Variance(estimates.ModelErrorVariances[0])}"),
            ("unobserved", estimates.ModelErrorVariances.Count > 1 ? $"variance {Variance(estimates.ModelErrorVariances[1])}" : null),
            ("innovations", FormattableString.Invariant($"{estimates.Consistency:F3} times the variance that spread and errors allow")),
            ("cost", string.Join(", ", estimates.Course.Select(cost => FormattableString.Invariant($"{cost:F4}")))),
            ("system", JsonSerializer.Serialize(estimates.System, OneLine)));
    }

    private static void Show(
        IAnsiConsole console, string title, IReadOnlyList<FittedNumber> numbers, string[] names, IReadOnlyList<IReadOnlyList<double>> correlations) =>
        console.Numbers(
            title, ["number", "start", "estimate", "±", "of prior", "correlates with"],
            numbers.Select((n, i) => (string[])
                [names[i], Number(n.Start, n), Number(n.Value, n), Number(n.StandardError, n), Share(n), Strongest(correlations[i], i, names)]));

    private static string Share(FittedNumber number) => number.IsKnown ? "known" : FormattableString.Invariant($"{100 * number.ShareOfPrior:F0} %");

    // Two digits of the error.
    private static string Number(double value, FittedNumber number) => number.IsKnown
        ? FormattableString.Invariant($"{value:G4}")
        : Tables.Number(value, Math.Clamp(1 - (int)Math.Floor(Math.Log10(number.StandardError)), 0, 9));

    private static string Strongest(IReadOnlyList<double> row, int own, string[] names)
    {
        var others = Enumerable.Range(0, row.Count).Where(i => i != own && row[i] != 0).ToList();
        return others.Count == 0 ? "-" : others.MaxBy(i => Math.Abs(row[i])) is var i
            ? FormattableString.Invariant($"{names[i].Replace("initial ", "", StringComparison.Ordinal)} {row[i]:F2}") : "";
    }
}
