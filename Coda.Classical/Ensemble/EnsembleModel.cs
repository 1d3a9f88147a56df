using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The forecast model of an ensemble method: a system of the catalogue, or a trained hybrid.</summary>
/// <remarks>Immutable; safe to share.</remarks>
internal sealed class EnsembleModel
{
    private readonly Func<bool, Propagation> _bind;

    private EnsembleModel(StateLayout layout, double[]? reference, Func<bool, Propagation> bind) => (Layout, Reference, _bind) = (layout, reference, bind);

    /// <summary>The layout of its states.</summary>
    public StateLayout Layout { get; }

    /// <summary>A state near its attractor, where it knows one. [space]</summary>
    public double[]? Reference { get; }

    /// <summary>Makes the model that the options name.</summary>
    /// <param name="context">The archive and the trained model.</param>
    /// <param name="options">Which model.</param>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    /// <exception cref="ModelMismatchException">The trained model disagrees with the archive, or has no forecast.onnx.</exception>
    public static EnsembleModel Of(AnalysisContext context, EnsembleOptions options)
    {
        var archive = context.Reference.Description;
        if (options.Hybrid)
        {
            var model = context.Model ?? throw new ArgumentException("Option hybrid: expected a trained model, got none; give one with forecast.onnx, or name a system with the option system.");
            var layout = model.Card.On(archive).Layout;
            if (!model.Has(ModelFolder.Forecast))
            {
                throw new ModelMismatchException($"Model '{model.Card.Name}': expected {ModelFolder.Forecast}, got a model without it; export it again.");
            }

            return new(layout, null, _ => new HybridPropagation(model, archive));
        }

        var component = options.System ?? archive.System
            ?? throw new ArgumentException("Option system: expected the system that forecasts (see 'coda systems'), got none, and the archive does not name one.");
        var system = DynamicalSystem.Catalog.Create(component);
        var simulator = new Simulator(system, Integrator.Catalog.Create(options.Integrator), archive.StepLength);
        return new(system.Layout, system.ReferenceState(), isDouble => isDouble ? new SimulatorPropagation<double>(simulator) : new SimulatorPropagation<float>(simulator));
    }

    /// <summary>Makes what advances ensembles, for one thread.</summary>
    /// <param name="isDouble">Whether a simulator computes in double precision; else in single, which is faster.</param>
    public Propagation Bind(bool isDouble) => _bind(isDouble);
}
