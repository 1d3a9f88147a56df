using Microsoft.ML.Transforms;

namespace Coda.Pipelines.Saving;

/// <summary>Gives ML.NET the mapping to a scalar when it loads a saved chain.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class MarkFactory : CustomMappingFactory<SavedInput, SavedMark>
{
    /// <summary>The name in the file.</summary>
    public const string Contract = "Coda.Mark";

    /// <inheritdoc/>
    public override Action<SavedInput, SavedMark> GetMapping() => static (_, mark) => mark.Mark = 0;
}
