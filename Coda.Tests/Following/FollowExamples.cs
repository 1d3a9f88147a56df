using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Classical.Variational;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Feeds;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Tests.Training;
using Coda.Training.Export;
using Coda.Training.Networks;
using Coda.Workflows.Following;
using Coda.Workflows.Progress;

namespace Coda.Tests.Following;

/// <summary>Small models of every kind that takes streams, and feeds of a small record.</summary>
internal sealed class FollowExamples : IDisposable
{
    public const int Steps = 24;

    private readonly TemporaryDirectory _folder = new();
    private readonly CycledSmoother? _smoother; // what it knows before the first observation is estimated once

    private FollowExamples(string kind)
    {
        Directory.CreateDirectory(_folder.File("model"));
        _ = kind switch
        {
            "nowcast" => ExampleModels.Write(
                _folder.File("model"), options: new TimeChannelNetwork.Options { HalfWidth = 3, Width = 6, Blocks = 1, Kernel = 3, HasSpread = true }),
            "sequential" => CycleExamples.Write(_folder.File("model")),
            _ => ModelExport.Write(ModelExamples.Of(TrainingExamples.Experiment with { Tracked = ["*"] }), _folder.File("model"), ""),
        };
        Method = kind == "windows" ? new Component("cycled-smoother", new JsonObject
        {
            ["parameters"] = new JsonArray("F"), ["warmUp"] = 5, ["windowSteps"] = 4,
        }) : null;
        Model = OnnxModel.Open(_folder.File("model"));
        _smoother = Method is null ? null : (CycledSmoother)AssimilationMethod.Catalog.Create(Method, AnalysisContext.Of(Model));
    }

    /// <summary>Every kind.</summary>
    public static IEnumerable<object[]> Kinds => [["nowcast"], ["sequential"], ["windows"]];

    public static MemoryArchive Archive { get; } = ExampleTwins.Lorenz96(steps: Steps, fraction: 0.5).Archive();

    public OnnxModel Model { get; }

    /// <summary>What corrects the model on the way, where that is the kind.</summary>
    public Component? Method { get; }

    public static FollowExamples Of(string kind) => new(kind);

    public StreamAnalysis Start() => _smoother?.StartStream() ?? StreamAnalysis.Of(Model);

    public string File(params string[] names) => _folder.File(names);

    /// <summary>Writes a file of a feed, whole.</summary>
    public string Arrive(string feed, string name, IEnumerable<ObservationRow> rows)
    {
        var path = Directory.CreateDirectory(File(feed)).FullName;
        System.IO.File.WriteAllText(Path.Combine(path, $".{name}"), Csv(rows));
        System.IO.File.Move(Path.Combine(path, $".{name}"), Path.Combine(path, name));
        return Path.Combine(path, name);
    }

    /// <summary>A feed of the whole record, some steps of both trajectories in each file.</summary>
    public string ArriveAll(string feed, int stepsOfAFile = 3)
    {
        for (var step = 0; step < Steps; step += stepsOfAFile)
        {
            Arrive(feed, $"{step:D6}.csv", Rows(step, step + stepsOfAFile));
        }

        return feed;
    }

    public static IReadOnlyList<ObservationRow> Rows(int start, int end, params int[] trajectories) =>
    [
        .. from trajectory in trajectories.Length > 0 ? trajectories : [0, 1]
           let stretch = Archive.ReadObservations(trajectory, new StepRange(start, end))
           from i in Enumerable.Range(0, stretch.Values.Length)
           where stretch.Mask[i] > 0
           select new ObservationRow(trajectory, start + (i / stretch.SiteCount), i % stretch.SiteCount, stretch.Values[i])
    ];

    public static string Csv(IEnumerable<ObservationRow> rows) => string.Join('\n', rows.Select(row => string.Create(CultureInfo.InvariantCulture,
        $"{row.Trajectory},{row.Step},{row.Site},{row.Value:R}")).Prepend("trajectory,step,site,value"));

    public FollowJob Job(string feed, string output) =>
        new(Model, context => new FolderFeed(context, new() { Path = File(feed) }), File(output)) { Method = Method, Start = Start, Once = true, SealEvery = 7 };

    /// <summary>The job with bands that follow, as of a calibration of the model.</summary>
    public FollowJob Banded(FollowJob job, double? rate = 0.05) => job with { Bands = new("bands.json", Bands(), 0.9), Adapt = rate };

    public CoverageBands Bands(double factor = 1.7) => new()
    {
        Table = ArchiveTable.Analyses, Levels = [0.9], StateSize = Model.Card.Layout.Size, Correlations = new() { [0] = 2 }, Measured = [],
        Origin = AnalysisOrigin.OfArchivesLike(Method is not null ? "windows" : Model.Has(ModelRoles.Analysis) ? "nowcast" : "sequential", Model, Method),
        Groups =
        [
            new()
            {
                Lead = 0, Sites = CoveredSites.Observed, Count = 100, Separated = 50, Scale = new(1, 0.1, 0, 100), ObservationFactors = [factor],
                StateFactors = [1.5],
            },
        ],
    };

    public static FollowOutcome Follow(FollowJob job) => FollowWorkflow.Run(job, new SilentProgress());

    /// <summary>The bytes of every file that a run left, by name.</summary>
    public IReadOnlyList<string> Files(string output) =>
    [
        .. Directory.GetFiles(File(output), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetRelativePath(File(output), path)} {FileHash.Sha256(path)}")
    ];

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }
}
