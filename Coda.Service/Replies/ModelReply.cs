using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Service.Settings;

namespace Coda.Service.Replies;

/// <summary>The essentials of the model's card, and what requests may ask for.</summary>
internal sealed record ModelReply
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; init; }

    /// <summary>The simulator's system.</summary>
    public required string System { get; init; }

    /// <summary>The fields of a state, in order.</summary>
    public required IReadOnlyList<StateField> Fields { get; init; }

    /// <summary>The number of entries along each axis of each field.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> FieldShapes { get; init; }

    /// <summary>The forcing that forecasts read, in order, where there is one; the time needs not be sent.</summary>
    public IReadOnlyList<ForcingDefinition>? Forcing { get; init; }

    /// <summary>The length of a state.</summary>
    public required int StateSize { get; init; }

    /// <summary>The number of sites that observations come from.</summary>
    public required int SiteCount { get; init; }

    /// <summary>The names of the sites in the order of their index, where they have names.</summary>
    public IReadOnlyList<string>? SiteNames { get; init; }

    /// <summary>For every site the entry of the state that it observes; nothing where a site observes several.</summary>
    public IReadOnlyList<int>? SiteEntries { get; init; }

    /// <summary>The observation operator.</summary>
    public required string Operator { get; init; }

    /// <summary>The time between two steps, in timeUnit.</summary>
    public required double StepLength { get; init; }

    /// <summary>The unit of time.</summary>
    public required string TimeUnit { get; init; }

    /// <summary>The unit of the values.</summary>
    public required string ValueUnit { get; init; }

    /// <summary>The half-width a of the window, in steps: an analysis uses 2a + 1 of them.</summary>
    public required int HalfWidth { get; init; }

    /// <summary>The standard deviation of the observations' errors in training.</summary>
    public required double Sigma { get; init; }

    /// <summary>The observing settings that the network was trained for, where the card says them.</summary>
    public ObservingSettings? TrainedFor { get; init; }

    /// <summary>The mean of each entry of the state; where its field has bounds, of its coordinate, such as the logarithm of what is greater than 0.</summary>
    public required IReadOnlyList<double> ClimatologyMean { get; init; }

    /// <summary>The standard deviation of each entry of the state, likewise, by which observations are judged.</summary>
    public required IReadOnlyList<double> ClimatologyDeviation { get; init; }

    /// <summary>Errors and units of single fields' observations, where sigma and valueUnit do not hold for all.</summary>
    public IReadOnlyDictionary<string, ObservedField>? ObservedFields { get; init; }

    /// <summary>How the errors of the others meet the values; nothing where they are additive. Values are sent as they are, a sigma as that on the scale of the
    /// errors.</summary>
    public ErrorModel? Errors { get; init; }

    /// <summary>Whether analyses have a spread.</summary>
    public required bool HasSpread { get; init; }

    /// <summary>The simulator's parameters.</summary>
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }

    /// <summary>The standard errors of those that were refined after training, by name.</summary>
    public required IReadOnlyDictionary<string, double> ParameterErrors { get; init; }

    /// <summary>The names of those that were estimated.</summary>
    public required IReadOnlyList<string> TrainedParameters { get; init; }

    /// <summary>The correction's name, where there is one.</summary>
    public string? Correction { get; init; }

    /// <summary>Scores by name.</summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    /// <summary>What speaks against the model, where something does.</summary>
    public IReadOnlyList<ResultWarning>? Warnings { get; init; }

    /// <summary>The most steps of a record, and states in a reply.</summary>
    public required int MostSteps { get; init; }

    /// <summary>The greatest lead of a forecast, in steps.</summary>
    public required int GreatestLead { get; init; }

    /// <summary>Makes the reply.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="limits">What requests may ask for.</param>
    public static ModelReply Of(ModelCard card, ServiceLimits limits) => new()
    {
        Name = card.Name,
        Description = card.Description,
        System = card.System.Name,
        Fields = [.. card.Layout.Fields.Select(f => f with { Unit = card.UnitOf(f) })],
        FieldShapes = [.. card.Layout.Fields.Select(f => f.Grid.Shape)],
        Forcing = card.Forcing,
        StateSize = card.Layout.Size,
        SiteCount = card.SiteCount,
        SiteNames = card.SiteNames,
        SiteEntries = ObservationOperator.Catalog.Create(card.Operator, card.Layout) is var h && h.IsSelection(card.Layout.Size) ? h.Locations : null,
        Operator = card.Operator.Name,
        StepLength = card.StepLength,
        TimeUnit = card.TimeUnit,
        ValueUnit = card.ValueUnit,
        HalfWidth = card.HalfWidth,
        Sigma = card.Sigma,
        ObservedFields = card.Fields,
        Errors = card.Errors == ErrorModel.Additive ? null : card.Errors,
        HasSpread = card.HasSpread(ModelRoles.Analysis),
        TrainedFor = card.TrainedFor,
        ClimatologyMean = card.ClimatologyMean,
        ClimatologyDeviation = card.ClimatologyDeviation,
        Parameters = card.Parameters,
        ParameterErrors = card.ParameterErrors,
        TrainedParameters = card.TrainedParameters,
        Correction = card.Correction?.Name,
        Scores = card.Scores,
        Warnings = WarningsOf(card) is { Count: > 0 } warnings ? warnings : null,
        MostSteps = limits.Steps,
        GreatestLead = limits.Lead,
    };

    private static List<ResultWarning> WarningsOf(ModelCard card)
    {
        List<ResultWarning> warnings = [];
        if (card.TrainedFor is null)
        {
            warnings.Add(new(
                "unknown-training", "The card does not say how well and how densely records were observed that the model was trained for. "
                    + "Records are compared with the error of training alone; train it again to have the rest."));
        }

        if (card.ScoredOn is null)
        {
            warnings.Add(new(
                "not-scored", "The model was not scored against a truth or withheld observations, so that nobody knows how far off its analyses are. "
                    + "Score it with 'coda score --record'."));
        }

        return warnings;
    }
}
