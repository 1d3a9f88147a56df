using Microsoft.ML.Transforms;

namespace Coda.Tests.Pipelines;

/// <summary>A label that can be saved.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class OddStepFactory : CustomMappingFactory<OddStepFactory.StepRow, OddStepFactory.LabelRow>
{
    public const string Contract = "Coda.Tests.OddStep";

    public override Action<StepRow, LabelRow> GetMapping() => static (row, label) => label.Label = row.Step % 2 == 1;

    internal sealed class StepRow
    {
        public long Step { get; set; }
    }

    internal sealed class LabelRow
    {
        public bool Label { get; set; }
    }
}
