using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Twins;
using Coda.Inference.Sessions;
using Coda.Pipelines;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Samples.EventPrediction;

/// <summary>Trains and scores the same trainer on three choices of features, all of them made from the same windows of observations.</summary>
/// <remarks>
/// A window reaches as far past its centre as before it: half a time unit for the released model, so the newest observation is half a time unit older than the
/// event, and the forecast's first half has been seen. Training and test records are different trajectories.
/// </remarks>
/// <param name="modelFolder">A trained model of Lorenz-96.</param>
/// <param name="folder">Where the archives go.</param>
/// <param name="trajectories">The number of training trajectories; half as many are tested on.</param>
public sealed class Experiment(string modelFolder, string folder, int trajectories = 60)
{
    private readonly MLContext _context = new(seed: 1);

    /// <summary>The number of test rows.</summary>
    public int TestRows { get; private set; }

    /// <summary>The share of them that the event follows.</summary>
    public double Share { get; private set; }

    /// <summary>The steps past a row's own that its features have seen, as the columns tell.</summary>
    public long LookAhead { get; private set; }

    /// <summary>The steps from a row's own to the event.</summary>
    public int Lead { get; private set; }

    /// <summary>Runs it.</summary>
    public IEnumerable<EventScores> Run()
    {
        using var model = OnnxModel.Open(modelFolder);
        var lead = (int)Math.Round(1 / model.Card.StepLength); // one time unit
        using var training = Simulate(model, "training", trajectories, seed: 11);
        using var test = Simulate(model, "test", trajectories / 2, seed: 12);
        var (before, after) = (Windows(model, training, lead), Windows(model, test, lead));
        var events = new Events(test, lead);
        (TestRows, Share, Lead, LookAhead) =
            (events.Count, events.Share, lead,
                CodaCatalog.LookAheadOf(_context.Data.LoadObservationWindows(test, model).Schema[CodaCatalog.Observations])!.Value);

        var assimilate = _context.Transforms.Assimilate(model);
        var forecast = _context.Transforms.Forecast(model, [lead]);
        yield return Score("raw observations", _context.Transforms.Concatenate("Features", "Values", "Mask"), before, after);
        yield return Score("analyses", assimilate.Append(_context.Transforms.Concatenate("Features", "State")), before, after);
        yield return Score("analyses and forecasts", assimilate.Append(forecast).Append(_context.Transforms.Concatenate("Features", "State", "Forecast")),
            before, after);
    }

    private ParquetArchive Simulate(OnnxModel model, string name, int count, ulong seed)
    {
        var twin = new TwinExperiment { StepLength = model.Card.StepLength, TrajectoryCount = count, StepCount = 700, Sigma = model.Card.Sigma, Seed = seed };
        var archive = ParquetArchive.Create(Path.Combine(folder, name), twin.Describe());
        archive.WriteStates(ArchiveTable.Truth, twin.Truth());
        archive.WriteObservations(twin.Observations());
        return archive;
    }

    private IDataView Windows(OnnxModel model, ParquetArchive archive, int lead) =>
        new Events(archive, lead).Label(_context, _context.Data.LoadObservationWindows(archive, model));

    private EventScores Score(string features, IEstimator<ITransformer> estimator, IDataView training, IDataView test)
    {
        var transformer = estimator.Fit(training);
        var rows = _context.Data.Cache(transformer.Transform(training), "Features", "Label");
        var predictor = _context.Transforms.NormalizeMeanVariance("Features")
            .Append(_context.BinaryClassification.Trainers.LbfgsLogisticRegression())
            .Fit(rows);
        var scores = _context.BinaryClassification.Evaluate(predictor.Transform(transformer.Transform(test)));
        return new EventScores(
            features, ((VectorDataViewType)rows.Schema["Features"].Type).Size, scores.AreaUnderRocCurve, scores.AreaUnderPrecisionRecallCurve);
    }
}
