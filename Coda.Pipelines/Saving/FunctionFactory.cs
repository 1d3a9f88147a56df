using Microsoft.ML.Transforms;

namespace Coda.Pipelines.Saving;

/// <summary>Gives ML.NET the saved function when it loads a saved chain.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class FunctionFactory : CustomMappingFactory<SavedQuestion, SavedOutput>
{
    /// <summary>The name in the file.</summary>
    public const string Contract = "Coda.Function";

    /// <inheritdoc/>
    public override Action<SavedQuestion, SavedOutput> GetMapping() => new LoadedFunction().Map;
}
