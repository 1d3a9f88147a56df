using Coda.Data.Algebra;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using Coda.Training.Stages;
using static TorchSharp.torch;

namespace Coda.Training.Export;

/// <summary>Inputs drawn at random and what LibTorch makes of them, against which any runtime of the ONNX files can be checked.</summary>
public static class ReferenceOutputs
{
    private const int BatchSize = 4;
    private const long Stream = 0x4EF;
    private const long ForcingStream = 0x4F0;

    /// <summary>Computes and writes the reference.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="path">The file to replace; arrays <c>observations</c>, <c>state</c>, <c>next_state</c>, where there is forcing
    /// <c>forcing</c>, where there is a correction
    /// <c>missing_tendency</c>, and where the network gives one <c>spread</c>, in the safetensors format.</param>
    public static void Write(TrainedModel model, string path)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (sites, length) = (model.Context.SiteCount, (2 * model.Network.HalfWidth) + 1);
        var observations = Observations(model, sites, length);
        using var weights = new WeightStore(model.Network.WeightDefinitions, 0, CPU);
        weights.Load(model.NetworkWeights);
        var (ops, windows) = (new TorchAlgebra(CPU), TorchArrays.Of(observations, BatchSize, model.Network.InputChannels, length, sites));
        var analysis = model.Network.Analyze(ops, weights.View(), windows);
        var (state, spread) = (analysis.State, analysis.Spread?.Invoke());
        using var correction = model.Correction is { } network ? new WeightStore(network.WeightDefinitions, 0, CPU) : null;
        correction?.Load(model.CorrectionWeights);
        Func<Field<Tensor>, Field<Tensor>>? missing = correction is null ? null : x => model.Correction!.Evaluate(correction.View(), x);
        var forcing = Forcing(model);
        var parameters = ParameterValues<Tensor>.Constants(ops, model.Parameters)
            .Forced(model.Simulator.System.Forcing, TorchArrays.Of(forcing, BatchSize, 2, forcing.Length / (2 * BatchSize)));
        var next = model.Simulator.Advance(ops, state, parameters, missing);
        var arrays = new Dictionary<string, float[]>
        {
            [ModelFolder.Observations] = observations,
            [ModelFolder.State] = TorchArrays.Plain(state),
            [ModelFolder.NextState] = TorchArrays.Plain(next),
        };
        if (forcing.Length > 0)
        {
            arrays[ModelFolder.Forcing] = forcing;
        }

        if (missing is not null)
        {
            arrays[ModelFolder.MissingTendency] = TorchArrays.Plain(missing(ops.Field(state)).Value);
        }

        if (spread is not null)
        {
            arrays[ModelFolder.Spread] = TorchArrays.Plain(spread);
        }

        TensorFile.Write(path, arrays, new Dictionary<string, string> { ["batch"] = $"{BatchSize}" });
    }

    // Standard normal numbers, whatever the unit.
    private static float[] Forcing(TrainedModel model)
    {
        var random = new CounterRandom(model.Experiment.Seed, ForcingStream);
        var forcing = new float[BatchSize * 2 * model.Simulator.System.Forcing.Sum(u => u.Size)];
        for (var i = 0; i < forcing.Length; i++)
        {
            forcing[i] = (float)random.NextGaussian();
        }

        return forcing;
    }

    // A quarter of the entries observed, of the climatology's mean and spread, with errors of half to twice those of training where the network reads them.
    private static float[] Observations(TrainedModel model, int sites, int length)
    {
        var random = new CounterRandom(model.Experiment.Seed, Stream);
        var (mean, deviation) = (model.Context.Climatology.Mean[0], model.Context.Climatology.Deviation[0]);
        var (size, channels, scales) = (length * sites, model.Network.InputChannels, model.Context.Scales);
        var windows = new float[BatchSize * channels * size];
        for (var row = 0; row < BatchSize; row++)
        {
            var window = windows.AsSpan(row * channels * size, channels * size);
            for (var i = 0; i < size; i++)
            {
                if (random.NextUniform() < 0.25)
                {
                    window[i] = (float)(mean + (deviation * random.NextGaussian()));
                    window[size + i] = 1;
                    if (channels > 2)
                    {
                        window[(2 * size) + i] = (scales?[model.Context.Locations[i % sites]] ?? 1)
                            * (float)(model.Context.Sigma * Math.Pow(4, random.NextUniform() - 0.5));
                    }
                }
            }
        }

        return windows;
    }
}
