using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Workflows.Checking;

/// <summary>What an observation operator must do.</summary>
/// <param name="observation">The operator, with the options that it has by default.</param>
/// <param name="layout">The states that it was made for.</param>
internal sealed class OperatorChecks(ObservationOperator observation, StateLayout layout)
{
    /// <summary>Those that take a moment.</summary>
    /// <param name="checks">Takes what they find.</param>
    public void Quick(CheckList checks)
    {
        checks.Run("sites", "Give for each site the entry of the state that it lies at, in Locations.", Sites);
        checks.Run("shape of H(x)", "Give one number for each site.", () => Function().Shape(observation.SiteCount));
    }

    /// <summary>All others.</summary>
    /// <param name="checks">Takes what they find.</param>
    public void Rest(CheckList checks)
    {
        const string derivative = "Write H with the operations of Field<T> alone.";
        checks.Run("leading axes", "Count axes from the end: -1 is space. Leave those before it alone.", Function().LeadingAxes);
        checks.Run("tangent", derivative, Function().Tangent);
        checks.Run("adjoint", derivative, Function().Adjoint);
    }

    private string Sites()
    {
        CheckFailure.Require(observation.SiteCount > 0, "at least one site", "none");
        CheckFailure.Require(
            observation.Locations.All(entry => entry >= 0 && entry < layout.Size), $"entries in [0, {layout.Size})",
                string.Join(", ", observation.Locations.Take(12)));
        return $"{observation.SiteCount} of a state of {layout.Size}";
    }

    private FunctionChecks Function()
    {
        var random = new CounterRandom(5);
        return new(new OperatorFunction(observation), [.. Enumerable.Range(0, layout.Size).Select(_ => 2 + random.NextGaussian())]);
    }
}
