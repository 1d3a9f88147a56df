using Coda.Pipelines.Functions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Saving;

/// <summary>A transformation in the form in which an ML.NET model holds it: a chain of ML.NET's own transformers around a custom mapping of Coda's.</summary>
/// <remarks>
/// What saves and loads a transformer of one's own is internal to ML.NET; a custom mapping with a contract name is what other assemblies may save, and it keeps
/// no settings and no length of a vector. So an expression holds the settings as a text, and the mapping writes into the first entries of a sparse vector of
/// <see cref="Capacity"/>, of which a feature selection keeps as many as the output has. The loaded chain computes row by row.
/// </remarks>
internal static class SavedForm
{
    /// <summary>The longest output that can be saved, in entries.</summary>
    public const int Capacity = 1 << 20;

    /// <summary>The column with the function's input.</summary>
    public const string Input = "coda.input";

    /// <summary>A scalar column, which the expression needs for a constant.</summary>
    public const string Mark = "coda.mark";

    /// <summary>The column with the settings.</summary>
    public const string Settings = "coda.settings";

    /// <summary>The column with the function's output in its first entries.</summary>
    public const string Output = "coda.output";

    /// <summary>Makes the chain.</summary>
    /// <param name="transformation">What to compute, of which column.</param>
    /// <exception cref="InvalidOperationException">Its output is longer than <see cref="Capacity"/>.</exception>
    public static ITransformer Of(RowTransformation transformation)
    {
        var (input, output) = (transformation.Function.Input, transformation.Function.Output);
        if (output.Size > Capacity)
        {
            throw new InvalidOperationException(
                $"Column '{transformation.OutputColumnName}': expected at most {Capacity} entries in a pipeline to be saved, got {output.Size}. "
                    + "Take fewer leads.");
        }

        var context = new MLContext();
        var example =
            context.Data.LoadFromEnumerable([new SavedInput { Input = Vector(input.Size, 0) }], SavedInput.Definition(transformation.InputColumnName, input));
        var record = new SavedRecord(transformation.OutputColumnName, transformation.InputColumnName, transformation.Function.Record);
        var mapping = context.Transforms.CopyColumns(Input, transformation.InputColumnName)
            .Append(context.Transforms.CustomMapping(new MarkFactory().GetMapping(), MarkFactory.Contract))
            .Append(context.Transforms.Expression(Settings, $"(x) => \"{record.ToText()}\"", Mark))
            .Append(context.Transforms.CustomMapping(new FunctionFactory().GetMapping(), FunctionFactory.Contract))
            .Fit(example);
        var chosen = context.Data.LoadFromEnumerable([new SavedOutput { Output = Vector(Capacity, output.Size) }]);
        var selection = context.Transforms.FeatureSelection.SelectFeaturesBasedOnCount(transformation.OutputColumnName, Output, 1).Fit(chosen);
        var end = context.Transforms.DropColumns(Input, Mark, Settings, Output).Fit(selection.Transform(mapping.Transform(example)));
        return new TransformerChain<ITransformer>(mapping, selection, end);
    }

    /// <summary>A sparse vector with ones in its first entries.</summary>
    private static VBuffer<float> Vector(int length, int ones) =>
        new(length, ones, [.. Enumerable.Repeat(1f, ones)], [.. Enumerable.Range(0, ones)]);
}
