using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Inference.Sessions;

/// <summary>Compares a model's ONNX files, run by ONNX Runtime, with what LibTorch made of the same inputs at the export.</summary>
public static class ReferenceCheck
{
    /// <summary>The greatest difference that is accepted, in state units; where an entry's observations have an error greater than 1, in that.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Runs every file that has a reference.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <returns>The greatest absolute difference, by file; empty where the folder has no reference.</returns>
    /// <exception cref="InvalidDataException">A file is damaged, or the reference has other arrays than the card asks for.</exception>
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
        var scales = ObservedField.ScalesOf(card.Layout, card.Fields, card.Sigma).Scales;
        double[] units = [.. Enumerable.Range(0, space).Select(i => Math.Max(1, card.Sigma * (scales?[i] ?? 1)))];
        var batch = Array(ModelFolder.State) is { } some && some.Length >= space ? some.Length / space : 1;
        var readsWindows = model.Has(ModelRoles.Analysis)
            || !(model.Has(ModelRoles.Cycle) || model.Has(ModelRoles.Encoder) || model.Has(ModelRoles.Score) || card.IsEmulator);
        var observations = readsWindows ? Asked(ModelFolder.Observations, channels * length * sites) : [];
        var (states, next) = (Asked(ModelFolder.State, space), Asked(ModelFolder.NextState, space));
        var spread = Array(ModelFolder.Spread) is null ? null : Asked(ModelFolder.Spread, space);
        if (readsWindows)
        {
            Compare(ModelRoles.Analysis, [(new(ModelFolder.Observations, batch, channels, length, sites), observations)],
                [(ModelFolder.State, states), (ModelFolder.Spread, spread)]);
        }

        var forced = card.Forcing?.Sum(u => u.Size) ?? 0;
        (TensorBinding, float[])[] forcing = forced == 0 ? [] : [(new(ModelFolder.Forcing, batch, 2, forced), Asked(ModelFolder.Forcing, 2 * forced))];
        Compare(ModelRoles.Forecast, [(new(ModelFolder.State, batch, space), states), .. forcing], [(ModelFolder.NextState, next)]);
        if (model.Has(ModelRoles.Tangent))
        {
            // What no perturbation becomes is none; the state beside it goes on as in the forecast.
            var none = new float[batch * space];
            Compare(
                ModelRoles.Tangent,
                [(new(ModelFolder.State, batch, space), states), (new(ModelFolder.Perturbations, batch, 1, space), none), .. forcing],
                [(ModelFolder.NextState, next), (ModelFolder.NextPerturbations, none)]);
        }

        if (model.Has(ModelRoles.Adjoint))
        {
            var unit = Over(Unit(Over(next)));
            (TensorBinding, float[])[] inputs =
                [(new(ModelFolder.State, batch, space), states), (new(ModelFolder.NextSensitivities, batch, space), unit), .. forcing];
            Compare(ModelRoles.Adjoint, inputs, [(ModelFolder.NextState, next)]);
            if (model.Has(ModelRoles.Tangent))
            {
                // ⟨M x', y⟩ = ⟨x', Mᵀ y⟩ with x' the states and y the next ones, of length 1 so that the products are in units of one entry.
                var forward = Give(
                    ModelRoles.Tangent,
                    [(new(ModelFolder.State, batch, space), states), (new(ModelFolder.Perturbations, batch, 1, space), states), .. forcing],
                    new(ModelFolder.NextPerturbations, batch, 1, space));
                var back = Give(ModelRoles.Adjoint, inputs, new(ModelFolder.Sensitivities, batch, space));
                var difference = Math.Abs(Dot(forward, unit) - Dot(states, back));
                Accept(ModelRoles.Adjoint, Math.Max(differences[card.FileOf(ModelRoles.Adjoint)!], difference), $"the transpose of the {ModelRoles.Tangent}");
            }
        }

        if (model.Has(ModelRoles.Correction))
        {
            Compare(ModelRoles.Correction, [(new(ModelFolder.State, batch, space), states)],
                [(ModelFolder.MissingTendency, Asked(ModelFolder.MissingTendency, space))]);
        }

        if (model.Has(ModelRoles.AnalysisStretch))
        {
            // A window is a stretch with one full window in it.
            Compare(
                ModelRoles.AnalysisStretch, [(new(ModelFolder.Observations, channels, length, sites), observations[..(channels * length * sites)])],
                [(ModelFolder.State, states[..space]), (ModelFolder.Spread, spread?[..space])]);
        }

        foreach (var file in card.Files.Values.Where(
            f => (f.Role is ModelRoles.Cycle or ModelRoles.Encoder or ModelRoles.Decoder or ModelRoles.Score or ModelRoles.Impact
                or ModelRoles.TrackedForecast
                || !ModelRoles.All.Contains(f.Role!))
                && f.Inputs.Keys.Concat(f.Outputs.Keys).All(reference.ContainsKey)))
        {
            (TensorBinding Tensor, float[])[] given = [.. file.Inputs.Select(input => (Shaped(input), Asked(input.Key, Row(Shaped(input)))))];
            var differ = file.Outputs.Max(output => Difference(output.Key, Give(file.Role!, given, Shaped(output)), Asked(output.Key, Row(Shaped(output)))));
            Accept(file.Role!, differ, $"what LibTorch computed ({ModelFolder.Reference})");
        }

        return differences;

        double Difference(string name, float[] got, float[] expected) =>
            name is ModelFolder.State or ModelFolder.Spread ? Greatest(Over(got), Over(expected)) : Greatest(got, expected);

        float[] Over(float[] values) => [.. values.Select((v, i) => (float)(v / units[i % space]))];

        TensorBinding Shaped(KeyValuePair<string, string> tensor) =>
            new(tensor.Key, [.. ModelAxes.Parse(tensor.Value).Select(length => length ?? batch)]);

        int Row(TensorBinding tensor) => checked((int)(tensor.Shape.Aggregate(1L, (product, length) => product * length) / batch));

        float[]? Array(string name) => reference.GetValueOrDefault(name);

        float[] Asked(string name, int row) => Array(name) is { } array && array.Length == batch * row ? array : throw new InvalidDataException(
            $"{path}: {name}: expected {batch} rows of {row} entries, "
                + $"as the card asks, got {(Array(name) is { } other ? $"{other.Length} entries" : "no such array")}. Fetch or export the model again.");

        void Compare(string role, (TensorBinding Tensor, float[] Values)[] inputs, ReadOnlySpan<(string Name, float[]? Expected)> outputs)
        {
            var greatest = 0.0;
            foreach (var (name, expected) in outputs)
            {
                if (expected is not null)
                {
                    var rows = expected.Length / space;
                    var output = name == ModelFolder.NextPerturbations ? new TensorBinding(name, rows, 1, space) : new TensorBinding(name, rows, space);
                    greatest = Math.Max(greatest, Greatest(Over(Give(role, inputs, output)), Over(expected)));
                }
            }

            Accept(role, greatest, $"what LibTorch computed ({ModelFolder.Reference})");
        }

        float[] Give(string role, (TensorBinding Tensor, float[] Values)[] inputs, TensorBinding output)
        {
            using var run = model.Bind(role, [.. inputs.Select(i => i.Tensor)], [output]);
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i].Values.CopyTo(run.Input(i));
            }

            run.Run();
            return run.Output(0).ToArray();
        }

        void Accept(string role, double greatest, string expected)
        {
            var file = card.FileOf(role)!;
            differences[file] = greatest;
            if (!(greatest <= Tolerance))
            {
                throw new ModelMismatchException(FormattableString.Invariant(
                    $"{Path.Combine(folder, file)}: expected {expected} to {Tolerance}, got a difference of {greatest:G3}. Export the model again."));
            }
        }
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static float[] Unit(float[] values) =>
        Math.Sqrt(Dot(values, values)) is > 0 and var norm ? Array.ConvertAll(values, v => (float)(v / norm)) : values;

    // Not a number is greater than any.
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
