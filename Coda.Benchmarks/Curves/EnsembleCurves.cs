using static Coda.Benchmarks.Curves.CurveRecords;

namespace Coda.Benchmarks.Curves;

/// <summary>Ensemble and particle filters, a step of a record: N members, K numbers in a state, p observations a step.</summary>
internal static class EnsembleCurves
{
    private const int Budget = 60_000; // sites times steps of a run
    private const string Step = "step";

    private static readonly int[] Rings = [50, 100, 200, 400, 800, 1600];
    private static readonly int[] Ensembles = [10, 20, 40, 80, 160];
    private static readonly int[] Seen = [25, 50, 100, 200, 400]; // of 400 sites

    /// <summary>The cases.</summary>
    public static IEnumerable<CurveCase> Cases() => [.. State(), .. Observations(), .. Members(), .. Steps()];

    private static IEnumerable<CurveCase> State()
    {
        const string linear = "each member's step and each entry's update once";
        foreach (var name in new[] { "etkf", "enkf", "denkf", "enkf-n" })
        {
            yield return OfState(name, "members=20", linear);
        }

        yield return OfState("enks", "members=20 lag=20", linear);
        yield return OfState("ienks", "members=20 lag=10", linear, 30);
        yield return OfState("letkf", "members=20 radius=4", "a transform an entry, from what is near");
        yield return OfState("eakf", "members=20 radius=4", "each observation changes what is near");
        yield return OfState("enks, letkf", "members=20 radius=4 lag=10 filter=letkf", "a transform an entry, for all states of the lag", 15);
        yield return OfState("particle-filter", "particles=200 jitter=0.05", linear);
        foreach (var name in new[] { "letkf", "eakf" })
        {
            yield return new($"{name}, a torus", CurveAxis.State, "analysis", [33 * 33, 65 * 65, 129 * 129, 257 * 257], 1, "what is near a point stays as much",
                points => new(Classical.LocalAnalysisBenchmark.Make((int)Math.Round(Math.Sqrt(points)), name, members: 20, radius: 2), 1));
        }
    }

    private static IEnumerable<CurveCase> Observations()
    {
        const string linear = "each observation meets each member once, and the transform is of the members";
        foreach (var name in new[] { "etkf", "enkf", "denkf", "enkf-n" })
        {
            yield return OfObservations(name, "members=20", 1, linear);
        }

        yield return OfObservations("enks", "members=20 lag=50", 1, linear);
        yield return OfObservations("ienks", "members=20 lag=10", 1, linear, 20);
        yield return OfObservations("letkf", "members=10 radius=24", 1, "from N near observations on, each meets each member at each point", 20);
        yield return OfObservations("eakf", "members=20 radius=4", 2, "each observation changes those near it, of which there are more", 60);
        yield return OfObservations("particle-filter", "particles=200 jitter=0.05", 1, "each particle meets each observation");
    }

    private static IEnumerable<CurveCase> Members()
    {
        const string cube = "the eigenvectors of an N x N matrix, and N² numbers for each entry";
        foreach (var name in new[] { "etkf", "enkf", "denkf", "enkf-n" })
        {
            yield return OfMembers(name, "", 3, cube);
        }

        yield return OfMembers("enks", "lag=50", 3, cube);
        yield return OfMembers("ienks", "lag=10", 3, cube, 20);
        yield return OfMembers("letkf", "radius=4", 3, "the same at each point; where fewer are near than N, once for each member", 60);
        yield return OfMembers("eakf", "radius=4", 1, "each observation meets each member");
        yield return OfMembers("randomized-maximum-likelihood", "", 1, "a smoother each", 60) with
        {
            Sizes = [4, 8, 16, 32], Make = members => Analyses(Of(Ring(40, 60)), "randomized-maximum-likelihood", $"members={members}"),
        };
        yield return OfMembers("particle-filter", "jitter=0.05", 1, "each particle by itself") with
        {
            Sizes = [100, 200, 400, 800, 1600],
            Make = particles => Analyses(Of(Ring(40, 100, sigma: Vague)), "particle-filter", $"particles={particles}", "jitter=0.05", "spinUpSteps=100"),
        };
    }

    private static IEnumerable<CurveCase> Steps()
    {
        int[] lags = [10, 20, 40, 80, 160];
        yield return new("enks: lag", CurveAxis.Steps, Step, lags, 0, "transforms are gathered before they meet old states",
            lag => Analyses(Of(Ring(40, 800, sigma: Vague)), "enks", "members=20", "spinUpSteps=100", $"lag={lag}"));
        yield return new("enks, letkf: lag", CurveAxis.Steps, Step, lags, 1, "all states of the lag change",
            lag => Analyses(Of(Ring(40, 400, sigma: Vague)), "enks", "members=20", "spinUpSteps=100", "filter=letkf", "radius=4", $"lag={lag}"));
        yield return new("particle-filter: lag", CurveAxis.Steps, Step, lags, 1, "all states of the lag are resampled",
            lag => Analyses(Of(Ring(40, 200, sigma: Vague)), "particle-filter", "particles=200", "spinUpSteps=100", "jitter=0.05", $"lag={lag}"));
        yield return new("etkf: record", CurveAxis.Steps, "record", [500, 1000, 2000, 4000, 8000], 1, "step by step",
            steps => Analyses(Of(Ring(40, steps, sigma: Vague)), "etkf", "members=20", "spinUpSteps=100") with { Units = 1 });
    }

    private static CurveCase OfState(string name, string options, string why, int? steps = null) => new(name, CurveAxis.State, Step, Rings, 1, why, sites =>
        Analyses(Of(Ring(sites, steps ?? Math.Max(30, Budget / sites), sigma: Vague)), Method(name), [.. options.Split(' '), "spinUpSteps=100"]));

    private static CurveCase OfObservations(string name, string options, double most, string why, int steps = 100) =>
        new(name, CurveAxis.Observations, Step, Seen, most, why, seen =>
            Analyses(Of(Ring(400, steps, seen / 400.0, Vague)), Method(name), [.. options.Split(' '), "spinUpSteps=100"]));

    private static CurveCase OfMembers(string name, string options, double most, string why, int steps = 200) =>
        new(name, CurveAxis.Members, Step, Ensembles, most, why, members => Analyses(
            Of(Ring(80, steps, sigma: Vague)), Method(name),
            [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "spinUpSteps=100", $"members={members}"]));

    private static string Method(string name) => name.Split(',')[0];
}
