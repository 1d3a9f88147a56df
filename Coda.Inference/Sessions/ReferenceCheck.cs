using Coda.Data.Cards;
using Coda.Data.Foundation;

namespace Coda.Inference.Sessions;

/// <summary>Compares a model's ONNX files, run by ONNX Runtime, with what LibTorch made of the same inputs at the export.</summary>
public static class ReferenceCheck
{
    /// <summary>The greatest difference that is accepted, in state units.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Runs every file that has a reference.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <returns>The greatest absolute difference, by file; empty where the folder has no reference.</returns>
    /// <exception cref="ModelMismatchException">A difference is greater than <see cref="Tolerance"/>.</exception>
    public static IReadOnlyDictionary<string, double> Run(string folder)
    {
        var path = Path.Combine(folder, ModelFolder.Reference);
        var differences = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return differences;
        }

        var (reference, _) = TensorFile.Read(path);
        using var model = OnnxModel.Open(folder);
        var card = model.Card;
        var (length, sites, space, channels) = ((2 * card.HalfWidth) + 1, card.SiteCount, card.Layout.Size, card.InputChannels);
        var (observations, states, next) = (reference[ModelFolder.Observations], reference[ModelFolder.State], reference[ModelFolder.NextState]);
        var spread = reference.GetValueOrDefault(ModelFolder.Spread);
        var batch = states.Length / space;
        Compare(ModelFolder.Analysis, new(ModelFolder.Observations, batch, channels, length, sites), observations, batch, [(ModelFolder.State, states), (ModelFolder.Spread, spread)]);
        Compare(ModelFolder.Forecast, new(ModelFolder.State, batch, space), states, batch, [(ModelFolder.NextState, next)]);
        if (model.Has(ModelFolder.Correction))
        {
            Compare(ModelFolder.Correction, new(ModelFolder.State, batch, space), states, batch, [(ModelFolder.MissingTendency, reference[ModelFolder.MissingTendency])]);
        }

        if (model.Has(ModelFolder.AnalysisStretch))
        {
            // A window is a stretch with one full window in it.
            Compare(
                ModelFolder.AnalysisStretch, new(ModelFolder.Observations, channels, length, sites), observations.AsSpan(0, channels * length * sites), 1,
                [(ModelFolder.State, states), (ModelFolder.Spread, spread)]);
        }

        return differences;

        void Compare(string file, TensorBinding input, ReadOnlySpan<float> given, int rows, ReadOnlySpan<(string Name, float[]? Expected)> outputs)
        {
            var greatest = 0.0;
            foreach (var (name, expected) in outputs)
            {
                if (expected is not null)
                {
                    using var run = model.Bind(file, [input], [new TensorBinding(name, rows, space)]);
                    given.CopyTo(run.Input(0));
                    run.Run();
                    greatest = Math.Max(greatest, Greatest(run.Output(0), expected));
                }
            }

            differences[file] = greatest;
            if (!(greatest <= Tolerance))
            {
                throw new ModelMismatchException(FormattableString.Invariant(
                    $"{Path.Combine(folder, file)}: expected what LibTorch computed to {Tolerance} ({ModelFolder.Reference}), got a difference of {greatest:G3}. Export the model again."));
            }
        }
    }

    // Of as many entries as were computed; not a number is greater than any.
    private static double Greatest(ReadOnlySpan<float> got, ReadOnlySpan<float> expected)
    {
        var greatest = 0.0;
        for (var i = 0; i < got.Length; i++)
        {
            greatest = Math.Max(greatest, Math.Abs((double)got[i] - expected[i]));
        }

        return greatest;
    }
}
