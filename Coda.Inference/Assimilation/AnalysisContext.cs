using Coda.Data.Archives;
using Coda.Data.Foundation;
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

    /// <summary>Refuses a trained model that a method, made with this, would ignore.</summary>
    /// <param name="method">The method.</param>
    /// <exception cref="ArgumentException">It did not ask for the model.</exception>
    public void RequireModelUsed(Component method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (HasModel && !IsModelUsed)
        {
            throw new ArgumentException(
                $"--model: expected none with method '{method.Name}', whose options say that it computes without one. Leave it out; ensembles take it "
                + "with --set hybrid=true, variational methods without the option system.");
        }
    }
}
