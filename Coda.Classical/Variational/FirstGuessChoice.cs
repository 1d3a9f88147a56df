using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>Whose analyses a smoother starts from.</summary>
internal static class FirstGuessChoice
{
    private const string Network = "network";
    private const string Interpolation = "space-time-optimal-interpolation";
    private const string Filter = "eakf";
    private const string SmallFilter = "extended-kalman-filter"; // needs no distance

    /// <summary>The trained network, where there is one; else what the observations alone give on rings; a filter on grids of more axes, whose covariances are
    /// too many to estimate pair by pair, and where fields are never observed.</summary>
    /// <param name="context">The reference observations, and the trained model if there is one.</param>
    /// <param name="model">The model M and the operator H.</param>
    public static Component Of(AnalysisContext context, LinearizedModel model)
    {
        if (context.HasModel && context.Model!.Has(ModelRoles.Analysis))
        {
            return new Component(Network);
        }

        var layout = model.Layout;
        var isHidden = layout.Fields.Any(field => !IsObserved(layout.OffsetOf(field.Name), field.Size));
        return new Component(!LayoutDistance.Has(layout) ? isHidden ? SmallFilter : Interpolation
            : isHidden || layout.Fields.Any(field => field.Grid.Shape.Count > 1) ? Filter : Interpolation);

        bool IsObserved(int start, int size) => model.Locations.Any(entry => entry >= start && entry < start + size);
    }

    /// <summary>The method that makes the first guess; it advances states by the model that the smoother names, unless it names its own.</summary>
    /// <param name="guess">The method and its options.</param>
    /// <param name="context">The reference observations, and the trained model if there is one.</param>
    /// <param name="options">Those of the smoother.</param>
    /// <exception cref="ArgumentException">There is no such method, or an option is none of it.</exception>
    public static AssimilationMethod Create(Component guess, AnalysisContext context, ForecastingOptions options)
    {
        var given = (JsonObject)(guess.Options?.DeepClone() ?? new JsonObject());
        (string Name, Component? Value)[] named =
            [("system", options.System), ("integrator", options.Integrator), ("forecastModel", options.ForecastModel)];
        if (AssimilationMethod.Catalog.TypeOf(guess.Name).GetNestedType("Options")!.IsAssignableTo(typeof(ForecastingOptions))
            && !named.Any(n => given.ContainsKey(n.Name)))
        {
            foreach (var (name, value) in named.Where(n => n.Value is not null))
            {
                given[name] = JsonSerializer.SerializeToNode(value, CodaJson.Options);
            }
        }

        return AssimilationMethod.Catalog.Create(new Component(guess.Name, given), context);
    }
}
