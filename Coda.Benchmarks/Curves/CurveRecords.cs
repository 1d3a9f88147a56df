using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;

namespace Coda.Benchmarks.Curves;

/// <summary>Records of every size, and what analyzes them on one worker.</summary>
internal static class CurveRecords
{
    /// <summary>The observations' error with which a small ensemble on a large ring, which loses the truth, cannot be told from one that does not.</summary>
    public const double Vague = 30;

    /// <summary>Their error everywhere else.</summary>
    public const double Usual = 1;

    /// <summary>Lorenz-96 on a ring, an exact share of its sites seen at every step.</summary>
    /// <param name="sites">The ring's size.</param>
    /// <param name="steps">The record's steps.</param>
    /// <param name="fraction">The share of sites.</param>
    /// <param name="sigma">The observations' error.</param>
    public static TwinExperiment Ring(int sites, long steps, double fraction = 0.25, double sigma = Usual) => new()
    {
        System = new Component("lorenz96", new JsonObject { ["size"] = sites }),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = fraction, ["exactCount"] = true }),
        Sigma = sigma,
        StepCount = steps,
        SpinUpSteps = 400,
        Seed = 12,
    };

    /// <summary>The observations of a twin experiment, in memory.</summary>
    /// <param name="twin">The experiment.</param>
    public static MemoryArchive Of(TwinExperiment twin) => new(twin.Describe(), twin.Observations());

    /// <summary>A record of noise on a ring of a model, a quarter of the sites seen at every step.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="sites">The ring's size.</param>
    /// <param name="steps">The record's steps.</param>
    /// <param name="fraction">The share of sites.</param>
    public static MemoryArchive Noise(ModelCard card, int sites, int steps, double fraction = 0.25)
    {
        var (stretch, random) = (new ObservationStretch(0, new StepRange(0, steps), sites), new CounterRandom(1));
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            if (random.NextUniform() < fraction)
            {
                (stretch.Mask[i], stretch.Values[i]) = (1, (float)(card.ClimatologyMean[0] + (card.ClimatologyDeviation[0] * random.NextGaussian())));
            }
        }

        return new MemoryArchive(new ArchiveDescription
        {
            Layout = StateLayout.On(new Ring(sites)), Operator = card.Operator, SiteCount = sites, Sigma = card.Sigma, StepLength = card.StepLength,
            TimeUnit = card.TimeUnit, ValueUnit = card.ValueUnit, Steps = stretch.Steps,
        }, [stretch]);
    }

    /// <summary>A method's analyses of a whole record, by one worker.</summary>
    /// <param name="archive">The record.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="options">Its options, as name=number.</param>
    public static CurveWork Analyses(IObservationArchive archive, string method, params string[] options) =>
        Analyses(archive, AssimilationMethod.Catalog.Create(new Component(method, Options(options)), new AnalysisContext(archive)));

    /// <summary>The same, of a method that is made.</summary>
    /// <param name="archive">The record.</param>
    /// <param name="method">The method.</param>
    public static CurveWork Analyses(IObservationArchive archive, AssimilationMethod method) => new(
        () => _ = method.Analyze(archive, new AnalysisRequest { Workers = 1 }).Count(), archive.Description.Steps.Count);

    private static JsonObject Options(string[] options)
    {
        var parsed = new JsonObject();
        foreach (var option in options)
        {
            var (name, value) = (option[..option.IndexOf('=')], option[(option.IndexOf('=') + 1)..]);
            parsed[name] = double.TryParse(value, CultureInfo.InvariantCulture, out var number)
                ? number == Math.Floor(number) ? JsonValue.Create((long)number) : JsonValue.Create(number)
                : value is "true" or "false" ? JsonValue.Create(value == "true") : JsonValue.Create(value);
        }

        return parsed;
    }
}
