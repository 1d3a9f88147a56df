using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Training.Experiments;
using Coda.Workflows.Progress;
using Coda.Workflows.Training;

namespace Coda.Tests.Readme;

/// <summary>The library example of the README; a test keeps the two alike.</summary>
internal static class LibraryExample
{
    public static (double Rmse, double Forcing) Run(string folder)
    {
        // README begin
        // Observations: a quarter of the sites at every step, with errors of standard deviation 1.
        var twin = new TwinExperiment { System = new("lorenz96"), TrajectoryCount = 20, StepCount = 200, Sigma = 1, Seed = 1 };
        var archive = ParquetArchive.Create(Path.Combine(folder, "archive"), twin.Describe());
        archive.WriteStates(ArchiveTable.Truth, twin.Truth());
        archive.WriteObservations(twin.Observations());

        // Training, from the observations alone: the network and the forcing F, from a wrong start.
        var experiment = RecordExperiment.Of(archive) with { Parameters = [new("F", 6)], Steps = 1000 };
        TrainWorkflow.Run(new TrainJob(experiment, archive, Path.Combine(folder, "model")), new SilentProgress());

        // Inference, with ONNX Runtime: the analyses of the whole archive, in parallel over time.
        using var model = OnnxModel.Open(Path.Combine(folder, "model"));
        var method = new NetworkMethod(new AnalysisContext(archive, model), new());
        archive.WriteStates(ArchiveTable.Analyses, method.Analyze(archive), AnalysisNote.Of(method, archive.Description));

        // Scores, against the truth of the twin experiment.
        var scores = TruthScoring.Score(archive.ReadStates(ArchiveTable.Analyses), archive.ReadStates(ArchiveTable.Truth), archive);
        Console.WriteLine($"RMSE {scores[0].Value:F2}, F {model.Card.Parameters["F"]:F2}");
        // README end
        return (scores[0].Value, model.Card.Parameters["F"]);
    }
}
