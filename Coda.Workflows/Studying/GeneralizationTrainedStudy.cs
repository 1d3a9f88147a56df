using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Workflows.Studying;

/// <summary>One network for many densities of observations: trained where half of the sites are seen, of which up to 95 % are withheld from it.</summary>
public sealed class GeneralizationTrainedStudy : NamedStudy
{
    /// <inheritdoc/>
    public override Study Study
    {
        get
        {
            var narrow = new GeneralizationStudy().Study;
            return narrow with
            {
                Name = "generalization-trained",
                Description = "How does one network fare that met all shares of missing observations in training?",
                Base = narrow.Base with
                {
                    Experiment = narrow.Base.Experiment with { WithholdingFraction = 0.95 },
                    Training = narrow.Base.Training with { ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5 }) },
                },
            };
        }
    }
}
