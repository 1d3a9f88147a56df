using Coda.Cli;
using Coda.Data.Archives.Stored;
using Coda.Inference.Sessions;
using Coda.Pipelines;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Benchmarks.Faults;

/// <summary>A saved pipeline of ML.NET, which ML.NET reads once Coda has compared its checksums: only its outputs are judged, not what ML.NET says.</summary>
/// <param name="file">The pipeline's file, inside the folder that the probe runs in.</param>
/// <param name="archive">The intact archive that it transforms.</param>
/// <param name="model">The intact model's folder.</param>
internal sealed class PipelineProbe(string file, string archive, string model) : IFaultProbe
{
    /// <inheritdoc/>
    public string Name => "pipeline";

    /// <inheritdoc/>
    public bool SpeaksForUs => false;

    /// <inheritdoc/>
    public bool ShowsDescriptions => false;

    /// <inheritdoc/>
    public string? Target => null;

    /// <summary>Saves the intact pipeline.</summary>
    /// <param name="archive">The archive it is fitted to.</param>
    /// <param name="model">The model's folder.</param>
    /// <param name="file">The file.</param>
    public static void Save(string archive, string model, string file)
    {
        var context = new MLContext(1);
        using var opened = OnnxModel.Open(model);
        using var record = ParquetArchive.Open(archive);
        var windows = context.Data.LoadObservationWindows(record, opened);
        context.Model.Save(context.Transforms.Assimilate(opened, "Analysis").Fit(windows), windows.Schema, file);
    }

    /// <inheritdoc/>
    public ProbeResult Run(string folder, CancellationToken cancellation)
    {
        try
        {
            var context = new MLContext(1);
            using var opened = OnnxModel.Open(model);
            using var record = ParquetArchive.Open(archive);
            var view = context.Model.LoadVerified(Path.Combine(folder, file), out _).Transform(context.Data.LoadObservationWindows(record, opened));
            var values = view.GetColumn<VBuffer<float>>("Analysis").SelectMany(v => v.DenseValues().ToArray());
            return new ProbeResult(ExitCodes.Success, "", "", string.Join(' ', values.Select(BitConverter.SingleToInt32Bits)), []);
        }
        catch (Exception fault)
        {
            return new ProbeResult(ExitCodes.BadData, "", $"error: {fault.Message}\n", "", []);
        }
    }
}
