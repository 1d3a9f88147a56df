using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Data.Cards;

/// <summary>Whether a card can be that of a model: its numbers in range, and its parts in agreement.</summary>
internal static class CardCheck
{
    // Of networks that are no emulators.
    private static readonly string[] OtherNetworks = [ModelRoles.Analysis, ModelRoles.Cycle, ModelRoles.Encoder, ModelRoles.Score];

    /// <summary>Refuses a card that contradicts itself.</summary>
    /// <param name="card">The card.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="cure">What helps, in a sentence.</param>
    /// <exception cref="InvalidDataException">One part of the message for every fault.</exception>
    public static void Require(ModelCard card, string path, string cure)
    {
        var faults = new Faults(path);
        Numbers(card, faults);
        Names(card, faults);
        foreach (var (name, file) in card.Files)
        {
            RequireFile(card, name, file, faults);
            faults.Require(card.FileOf(file.Role!) == name, JsonCheck.Join("files", name) + ".role", "a role that no other file has", file.Role);
        }

        if (faults.Count == 0)
        {
            Components(card, faults);
        }

        if (faults.Count == 0 && card.Fields is not null && card.SiteErrors().Fault(card.Layout) is { } fault)
        {
            faults.Require(false, "fields", $"a sigma greater than 0 or none, and a unit, by fields of {card.Layout}", fault);
        }

        if (faults.Count > 0)
        {
            throw new InvalidDataException($"{path}: {faults.Text}. {cure}");
        }
    }

    private static void Numbers(ModelCard card, Faults faults)
    {
        var size = card.Layout.Size;
        var other = OtherNetworks.FirstOrDefault(role => card.FileOf(role) is not null);
        faults
            .Require(card.SiteCount >= 1, "siteCount", "at least 1", card.SiteCount)
            .Require(card.StepLength > 0, "stepLength", "greater than 0", card.StepLength)
            .Require(card.HalfWidth >= (card.FileOf(ModelRoles.Analysis) is null ? 0 : 1), "halfWidth", "at least 1", card.HalfWidth)
            .Require(card.CycleSteps is null or >= 1, "cycleSteps", "at least 1", card.CycleSteps)
            .Require((card.CycleSteps is null) == (card.FileOf(ModelRoles.Cycle) is null), "cycleSteps",
                $"a number where there is a file of the role {ModelRoles.Cycle}, else none", card.CycleSteps)
            .Require(card.SegmentSteps is null or >= 1, "segmentSteps", "at least 1", card.SegmentSteps)
            .Require((card.SegmentSteps is null) == (card.FileOf(ModelRoles.Score) is null), "segmentSteps",
                $"a number where there is a file of the role {ModelRoles.Score}, else none", card.SegmentSteps)
            .Require((card.Tracked is null) == (card.FileOf(ModelRoles.TrackedForecast) is null), "tracked",
                $"a list where there is a file of the role {ModelRoles.TrackedForecast}, else none", card.Tracked is null ? "none" : "a list")
            .Require(card.Tracked?.All(part => part.Size >= 1 && part.Scale > 0 && double.IsFinite(part.Scale)) != false, "tracked",
                "sizes of at least 1, and finite scales greater than 0", "others")
            .Require(card.MemorySize is null || (card.MemorySize >= 0 && card.MemorySize < size), "memorySize",
                $"0 to {size - 1}, fewer than the layout's entries", card.MemorySize)
            .Require(card.MemorySize is null || card.FileOf(ModelRoles.Forecast) is not null, "memorySize",
                $"none where there is no file of the role {ModelRoles.Forecast}", card.MemorySize)
            .Require(card.MemorySize is null || other is null, "memorySize", $"none where there is a file of the role {other}", card.MemorySize)
            .Require(card.Sigma > 0, "sigma", "greater than 0", card.Sigma)
            .Require(card.ClimatologyMean.Count == size, "climatologyMean", $"{size} numbers, as the layout has entries", card.ClimatologyMean.Count)
            .Require(card.ClimatologyDeviation.Count == size, "climatologyDeviation", $"{size} numbers, as the layout has entries",
                card.ClimatologyDeviation.Count);
        foreach (var (i, deviation) in card.ClimatologyDeviation.Index().Where(d => !(d.Item > 0)).Take(1))
        {
            faults.Require(false, $"climatologyDeviation[{i}]", "greater than 0", deviation);
        }

        faults.Require(card.ScoredOn?.Sigma is null or > 0, "scoredOn.sigma", "greater than 0", card.ScoredOn?.Sigma)
            .Require(card.ScoredOn?.Margin is null or >= 0, "scoredOn.margin", "at least 0", card.ScoredOn?.Margin)
            .Require(card.ScoredOn?.Records is null or > 0, "scoredOn.records", "greater than 0", card.ScoredOn?.Records)
            .Require(card.ScoredOn?.Steps is null or (> 0 and < double.PositiveInfinity), "scoredOn.steps", "greater than 0", card.ScoredOn?.Steps);
        foreach (var (name, error) in card.ParameterErrors.Where(e => !(e.Value >= 0)))
        {
            faults.Require(false, JsonCheck.Join("parameterErrors", name), "at least 0", error);
        }
    }

    private static void Names(ModelCard card, Faults faults)
    {
        var known = string.Join(", ", card.Parameters.Keys);
        faults.Require(card.Name.Length > 0, "name", "a name", "none").Require(card.Files.Count > 0, "files", "at least one file", "none");
        foreach (var (member, names) in new[]
        {
            ("trainedParameters", card.TrainedParameters), ("unrefinedParameters", card.UnrefinedParameters.Keys),
            ("parameterErrors", card.ParameterErrors.Keys),
        })
        {
            if (names.FirstOrDefault(n => !card.Parameters.ContainsKey(n)) is { } other)
            {
                faults.Require(false, member, $"names among parameters ({known})", other);
            }
        }
    }

    private static void RequireFile(ModelCard card, string name, ModelFile file, Faults faults)
    {
        var path = JsonCheck.Join("files", name);
        faults.Require(file.Sha256.Length == 64 && file.Sha256.All(char.IsAsciiHexDigitLower), $"{path}.sha256", "64 hexadecimal digits",
            ForeignText.Shorten(file.Sha256, 80));
        foreach (var (kind, tensor, axes) in file.Inputs.Select(t => ("inputs", t.Key, t.Value)).Concat(file.Outputs.Select(t => ("outputs", t.Key, t.Value)))
            .Where(t => t.Value.Length > 0))
        {
            var (lengths, at) = (ModelAxes.Parse(axes), JsonCheck.Join($"{path}.{kind}", tensor));
            var (last, what) = tensor switch
            {
                ModelFolder.Observations or ModelFolder.Newest or ModelFolder.ObservationSensitivities => (card.SiteCount, "siteCount"),
                ModelFolder.Memory or ModelFolder.NextMemory or ModelFolder.Gain =>
                    (card.Layout.SharedGrid is { HasDistance: true } grid ? grid.Size : lengths[^1], "the grid's points"),
                ModelFolder.Latent or ModelFolder.LatentPerturbations => (lengths[^1], "the latent numbers"),
                ModelFolder.NoiseLevel => (1, "one number"),
                ModelFolder.TrackedState or ModelFolder.NextTrackedState or ModelFolder.TrackedPerturbations or ModelFolder.NextTrackedPerturbations =>
                    (card.Layout.Size + (card.Tracked?.Sum(part => part.Size) ?? 0), "the layout's entries and those tracked"),
                ModelFolder.Forcing => (card.Forcing?.Sum(u => u.Size) ?? 0, "the forcing's values"),
                _ => (card.Layout.Size, "the layout's entries"),
            };
            faults.Require(lengths[^1] == last, at, $"a last axis of {last} ({what})", axes);
            if (file.Role == ModelRoles.Analysis && tensor == ModelFolder.Observations && lengths.Count >= 2)
            {
                faults.Require(lengths[^2] == (2L * card.HalfWidth) + 1, at, $"{(2L * card.HalfWidth) + 1} steps, as halfWidth {card.HalfWidth} asks", axes);
            }
        }
    }

    // Of entries that this process knows; others come with a plug-in that may not be loaded.
    private static void Components(ModelCard card, Faults faults)
    {
        Require("system", () => DynamicalSystem.Catalog.OptionFaults(card.System));
        Require("integrator", () => Integrator.Catalog.OptionFaults(card.Integrator));
        Require("operator", () => ObservationOperator.FaultsOf(card.Operator, card.Layout, card.SiteCount));

        void Require(string member, Func<string?> find)
        {
            if (find() is { } found)
            {
                faults.Require(false, member, "an entry of the catalogue with options of its own", found);
            }
        }
    }
}
