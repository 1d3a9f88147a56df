using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Training.Export;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Quantizing;

/// <summary>A network's stretch form in eight-bit integers, from the ranges that observations show.</summary>
public static class QuantizeWorkflow
{
    private const int StretchLength = 200;

    /// <summary>Adds the file, and says how far its analyses are from those in float32.</summary>
    /// <param name="job">To which model, from what.</param>
    /// <param name="progress">Told how it gets on, and where the observations are not what the network was trained for.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArgumentException">No step to look at, or a model without that form.</exception>
    /// <exception cref="ModelMismatchException">The model cannot read the archive.</exception>
    /// <exception cref="IOException">The folder of the copy is not empty, or another process writes the model.</exception>
    public static QuantizeOutcome Run(QuantizeJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var folder = ReleasedModels.Find(job.Model);
        var card = ModelFolder.ReadCard(folder);
        new Faults("quantize")
            .Require(job.Steps >= 1, nameof(job.Steps), "at least 1", job.Steps)
            .Require(
                card.FileOf(ModelRoles.AnalysisStretch) is not null, nameof(card.Files), $"a model with a graph for {ModelRoles.AnalysisStretch}",
                string.Join(", ", card.Files.Keys))
            .ThrowIfAny();
        var (exact, rounded) = (card.FileOf(ModelRoles.AnalysisStretch)!, ModelRoles.FileName(ModelRoles.AnalysisStretchInt8));
        card.Require(job.Archive.Description);
        var target = job.Output ?? folder;
        using var held = ModelLock.Take(target);
        if (job.Output is not null)
        {
            Copy(folder, card, job.Output);
        }

        var (source, made) = (Path.Combine(target, exact), Path.Combine(target, rounded));
        var tensors = progress.Run("look at ranges", _ => Write(source, made, card, job, cancellation));
        var files = new SortedDictionary<string, ModelFile>(card.Files.ToDictionary(), StringComparer.Ordinal)
        {
            [rounded] = card.Files[exact] with { Sha256 = ModelFolder.Hash(made), Role = ModelRoles.AnalysisStretchInt8 },
        };
        CodaJson.WriteWithDigest(Path.Combine(target, ModelFolder.Card), card with { Files = files });
        var difference = progress.Run("compare with float32", _ => Difference(target, job, progress, cancellation));
        return new QuantizeOutcome(target, tensors, new FileInfo(made).Length, new FileInfo(source).Length, difference);
    }

    private static void Copy(string folder, ModelCard card, string output)
    {
        if (Directory.EnumerateFileSystemEntries(output).Any(path => Path.GetFileName(path) != ModelLock.FileName))
        {
            throw new IOException($"{output}: expected an empty directory or none, got one with files. Choose another --output.");
        }

        string[] names = [.. card.Files.Keys, ModelFolder.Reference, ModelFolder.Weights, ModelReadme.FileName];
        foreach (var file in names.Where(name => File.Exists(Path.Combine(folder, name))))
        {
            File.Copy(Path.Combine(folder, file), Path.Combine(output, file));
        }
    }

    // Returns the number of tensors in integers.
    private static int Write(string source, string made, ModelCard card, QuantizeJob job, CancellationToken cancellation)
    {
        var probe = AtomicFile.TemporaryName(Path.Combine(Path.GetDirectoryName(made)!, "probe"));
        try
        {
            var names = QuantizedGraph.WriteProbe(source, probe);
            var ranges = TensorRanges.Of(
                probe, ModelFolder.Observations, names, QuantizedGraph.Least, QuantizedGraph.Greatest, Inputs(job, card), cancellation);
            QuantizedGraph.Write(source, made, ranges);
            return names.Count;
        }
        finally
        {
            File.Delete(probe);
        }
    }

    private static IEnumerable<(float[] Values, long[] Shape)> Inputs(QuantizeJob job, ModelCard card)
    {
        var count = (int)((job.Steps + (long)StretchLength - 1) / StretchLength);
        foreach (var stretch in job.Archive.ReadStretches(StretchLength, card.HalfWidth).Take(count))
        {
            var deviations = new float[card.ReadsSigma ? stretch.Mask.Length : 0];
            stretch.CopyDeviations(0, job.Archive.Description.Sigma is { } sigma ? [(float)sigma] : card.Deviations(), deviations);
            yield return ([.. stretch.Values, .. stretch.Mask, .. deviations], [card.InputChannels, stretch.Steps.Count, card.SiteCount]);
        }
    }

    private static double Difference(string folder, QuantizeJob job, IWorkflowProgress progress, CancellationToken cancellation)
    {
        using var model = progress.OpenModel(folder);
        var record = job.Archive.Description.Steps;
        var request = new AnalysisRequest
        {
            Trajectories = [.. Enumerable.Range(0, (int)Math.Min(job.Archive.Description.TrajectoryCount, (job.Steps + record.Count - 1) / record.Count))],
            Steps = new StepRange(record.Start, Math.Min(record.End, record.Start + job.Steps)),
            Cancellation = cancellation,
        };
        var (sum, count) = (0.0, 0L);
        var told = request with { Warnings = progress.Warnings };
        foreach (var (exact, rounded) in Analyses(NetworkPrecision.Float32, told).Zip(Analyses(NetworkPrecision.Int8, request)))
        {
            for (var i = 0; i < exact.States.Length; i++)
            {
                var difference = (double)exact.States.Span[i] - rounded.States.Span[i];
                sum += difference * difference;
            }

            count += exact.States.Length;
        }

        return Math.Sqrt(sum / count);

        IEnumerable<StateBlock> Analyses(NetworkPrecision precision, AnalysisRequest asked) =>
            new NetworkMethod(new AnalysisContext(job.Archive, model), new() { Precision = precision }).Analyze(job.Archive, asked);
    }
}
