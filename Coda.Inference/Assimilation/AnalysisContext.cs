using Coda.Data.Archives;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>What a method may learn from before it analyzes.</summary>
/// <param name="reference">The observations that statistics are estimated from; often the archive to be analyzed, or the training archive.</param>
/// <param name="model">The trained model, for the methods that are one.</param>
public sealed class AnalysisContext(IObservationArchive reference, OnnxModel? model = null)
{
    private readonly OnnxModel? _model = model;

    /// <summary>The observations that statistics are estimated from; often the archive to be analyzed, or the training archive.</summary>
    public IObservationArchive Reference { get; } = reference;

    /// <summary>The trained model, for the methods that are one.</summary>
    public OnnxModel? Model
    {
        get
        {
            IsModelUsed = true;
            return _model;
        }
    }

    /// <summary>Whether there is a trained model.</summary>
    public bool HasModel => _model is not null;

    /// <summary>Whether somebody has asked for the model: a method that has not, once it is made, computes without it.</summary>
    public bool IsModelUsed { get; private set; }
}
