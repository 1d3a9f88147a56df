using System.Text.Json.Serialization;

namespace Coda.Data.Archives.Runs;

/// <summary>A part that a run makes: one file of a table.</summary>
/// <param name="Number">The number in the file's name; what is planned counts from 0, and the run goes on from the numbers that are taken.</param>
/// <param name="Range">The steps whose states it holds; for forecasts, the steps that they start from.</param>
/// <param name="Rows">The number of its rows, where it is not one for each state of the range: for forecasts, one for each start that is there and
/// lead.</param>
public sealed record RunPart(int Number, RecordRange Range, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Rows = null)
{
    /// <summary>The number of its rows.</summary>
    [JsonIgnore]
    public long RowCount => Rows ?? Range.Rows;
}
