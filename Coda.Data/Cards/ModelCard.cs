using System.Text.Json.Serialization;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Data.Windows;

namespace Coda.Data.Cards;

/// <summary>What a trained model is: the content of its <c>card.json</c>, and the only thing that training and inference share besides the ONNX
/// files.</summary>
public sealed record ModelCard
{
    /// <summary>The format that this version of Coda writes.</summary>
    public const int CurrentFormatVersion = 2;

    /// <summary>The format of the folder; 1, whose layout told rings only from variables, is read as this one.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>The simulator's system. The physics that runs is inside the graph of the forecast; estimates of parameters and scores of a correction make it
    /// anew from here.</summary>
    public required Component System { get; init; }

    /// <summary>The scheme that the simulator is integrated with.</summary>
    public Component Integrator { get; init; } = new("runge-kutta4");

    /// <summary>The layout of the states.</summary>
    public required StateLayout Layout { get; init; }

    /// <summary>The forcing that forecast.onnx takes beside the state, in its order; <see langword="null"/> for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ForcingDefinition>? Forcing { get; init; }

    /// <summary>The observation operator as the model sees it.</summary>
    public required Component Operator { get; init; }

    /// <summary>The number of observed sites.</summary>
    public required int SiteCount { get; init; }

    /// <summary>The names of the sites that it was trained on, in the order of their index; <see langword="null"/> where they had none.</summary>
    public IReadOnlyList<string>? SiteNames { get; init; }

    /// <summary>The time step dt of simulator and observations, in <see cref="TimeUnit"/>.</summary>
    public required double StepLength { get; init; }

    /// <summary>The unit of time; "1" where it is dimensionless.</summary>
    public string TimeUnit { get; init; } = "1";

    /// <summary>The unit of the observed values; "1" where they are dimensionless.</summary>
    public string ValueUnit { get; init; } = "1";

    /// <summary>Errors and units of single fields in training, by the field's symbol, where <see cref="Sigma"/>, <see cref="Errors"/> and
    /// <see cref="ValueUnit"/> do not hold for all.</summary>
    public SortedDictionary<string, ObservedField>? Fields { get; init; }

    /// <summary>How the errors of the observations met what was observed in training: the network reads observations on the scale of their
    /// errors (<see cref="ErrorScale"/>), as logarithms.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ErrorModel Errors { get; init; }

    /// <summary>The half-width a of the network's window, in steps: it spans 2a + 1; 0 where the network is a sequential analysis, an auto-encoder, an
    /// emulator or a score, which read no window.</summary>
    public required int HalfWidth { get; init; }

    /// <summary>The steps from one cycle of a sequential analysis to the next, which are at multiples of it; <see langword="null"/> where there is none
    /// (<see cref="ModelRoles.Cycle"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? CycleSteps { get; init; }

    /// <summary>The steps from one state of a score's segments to the next; <see langword="null"/> where there is none
    /// (<see cref="ModelRoles.Score"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SegmentSteps { get; init; }

    /// <summary>The entries at the end of the layout that are the memory of an emulator, which the system has not, 0 where it has none;
    /// <see langword="null"/> where the network is no emulator. Cards of emulators that lack it are read as if they had it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MemorySize { get; init; }

    /// <summary>The most sites along an axis that a state of a network on a torus depends on, on each side: by which tiles of larger tori overlap;
    /// <see langword="null"/> where the network is not the same everywhere, or on other grids.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Reach { get; init; }

    /// <summary>Whether the network reads the standard deviation of each observation's error, as a third channel after value and mask.</summary>
    public bool ReadsSigma { get; init; }

    /// <summary>The number of channels of the network's input.</summary>
    [JsonIgnore]
    public int InputChannels => Input().Channels;

    /// <summary>What the network reads of observations.</summary>
    /// <param name="sigma">The standard deviation of the errors of observations that have none of their own; by default that of training.</param>
    public AnalysisInput Input(double? sigma = null) => new(SiteCount, ReadsSigma, sigma is { } all ? [(float)all] : Deviations());

    /// <summary>The standard deviation of the errors in training: one for all sites, or one for each.</summary>
    public float[] Deviations() => (Fields is null ? null : SiteErrors().Deviations(Sigma)) ?? [(float)Sigma];

    /// <summary>How many times as large the error of training is at each site as <see cref="Sigma"/>; nothing where it is that. [site]</summary>
    public float[]? SiteScales() => Fields is null ? null : Array.ConvertAll(Deviations(), s => s / (float)Sigma) is { Length: > 1 } scales ? scales : null;

    /// <summary>The unit of the values of a field.</summary>
    /// <param name="field">A field of <see cref="Layout"/>.</param>
    public string UnitOf(StateField field) => SiteErrors().UnitOf(field);

    /// <summary>How errors met the values of a field in training.</summary>
    /// <param name="field">A field of <see cref="Layout"/>.</param>
    public ErrorModel ErrorsOf(StateField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return Fields?.GetValueOrDefault(field.Name)?.Errors ?? Errors;
    }

    /// <summary>How errors met the values in training: one for all sites, or one for each.</summary>
    public IReadOnlyList<ErrorModel> ErrorModels() => Fields?.Values.Any(f => f.Errors is not null) == true ? SiteErrors().Models() : [Errors];

    /// <summary>The errors of training in words, with their units.</summary>
    public string DescribeSigma() => ObservedField.Describe(Layout, Fields, Sigma, ValueUnit, Errors)!;

    /// <summary>How errors met the values in training, in words; <see langword="null"/> where they were additive.</summary>
    public string? DescribeErrors() => ErrorScale.Describe(Layout, Fields, Errors);

    /// <summary>Errors and units of each site.</summary>
    internal SiteErrors SiteErrors() => new(Sites(), Fields, ValueUnit, Errors);

    /// <summary>The assimilation network, as trained.</summary>
    public required Component Network { get; init; }

    /// <summary>The correction; <see langword="null"/> for none.</summary>
    public Component? Correction { get; init; }

    /// <summary>The mean by which inputs and outputs are scaled, inside the graph. [space]</summary>
    public required IReadOnlyList<double> ClimatologyMean { get; init; }

    /// <summary>The standard deviation by which they are scaled, inside the graph. [space]</summary>
    public required IReadOnlyList<double> ClimatologyDeviation { get; init; }

    /// <summary>The standard deviation of the observation error in training.</summary>
    public required double Sigma { get; init; }

    /// <summary>The observing settings that the network was trained for; <see langword="null"/> where the version of Coda that trained it did not
    /// say.</summary>
    public ObservingSettings? TrainedFor { get; init; }

    /// <summary>
    /// The variance of the model's error in one step that training smoothed its record with, and that the polish takes; <see langword="null"/> where it took
    /// none, as for a model without an error to speak of.
    /// </summary>
    public double? ModelErrorVariance { get; init; }

    /// <summary>All of the simulator's parameters.</summary>
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }

    /// <summary>The names of those that were estimated.</summary>
    public IReadOnlyList<string> TrainedParameters { get; init; } = [];

    /// <summary>What the tracked graphs have in their state after the layout's entries, in their order; <see langword="null"/> where there are no such
    /// graphs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TrackedPart>? Tracked { get; init; }

    /// <summary>The values in which training ended of the parameters that were refined after it, by name.</summary>
    public IReadOnlyDictionary<string, double> UnrefinedParameters { get; init; } = new Dictionary<string, double>();

    /// <summary>The standard errors of the parameters that were refined after training, by name.</summary>
    public IReadOnlyDictionary<string, double> ParameterErrors { get; init; } = new Dictionary<string, double>();

    /// <summary>The seed of the training run.</summary>
    public ulong Seed { get; init; }

    /// <summary>The SHA-256 of the training archive's description, checksums of its parts included.</summary>
    public required string TrainingArchive { get; init; }

    /// <summary>The command that rebuilds the model.</summary>
    public string Command { get; init; } = "";

    /// <summary>Scores by name, as measured; the loss on the held-out observations is <c>validation</c>.</summary>
    public SortedDictionary<string, double> Scores { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The kind of record that the scores against a truth or withheld observations were measured on; <see langword="null"/> before they
    /// were.</summary>
    public ScoredOn? ScoredOn { get; init; }

    /// <summary>The ONNX files: for each its SHA-256 and its tensors.</summary>
    public required SortedDictionary<string, ModelFile> Files { get; init; }

    /// <summary>The name of the file that holds the graph of a role; <see langword="null"/> where the model has none.</summary>
    /// <param name="role">One of <see cref="ModelRoles"/>, or a word of a plug-in's own.</param>
    public string? FileOf(string role) => Files.FirstOrDefault(file => file.Value.Role == role).Key;

    /// <summary>Whether the network is an emulator: the graph of the forecast is its own (<see cref="MemorySize"/>).</summary>
    [JsonIgnore]
    public bool IsEmulator => MemorySize is not null;

    /// <summary>What the network is, in words, for example "windows of 101 steps".</summary>
    public string DescribeNetwork() => IsEmulator ? "an emulator of a step"
        : FileOf(ModelRoles.Encoder) is not null ? "an auto-encoder of states"
        : SegmentSteps is { } apart ? $"the score of stretches of states {Steps(apart)} apart"
        : CycleSteps is { } every ? $"a sequential analysis each {(every == 1 ? "step" : Steps(every))}"
        : $"windows of {(2 * HalfWidth) + 1} steps";

    /// <summary>Whether the graph of a role gives the standard deviation of each entry's error, too; not where the model has none.</summary>
    /// <param name="role">One of <see cref="ModelRoles"/>.</param>
    public bool HasSpread(string role) => FileOf(role) is { } file && Files[file].Outputs.ContainsKey(ModelFolder.Spread);

    /// <summary>Whether every state entry is a site on one ring, with one climatology, so that nothing in the card tells sites apart (see
    /// <see cref="On"/>).</summary>
    [JsonIgnore]
    public bool IsOfAnyRing => Layout.Grid is { IsPeriodicLine: true } && SiteCount == Layout.Size
        && ClimatologyMean.Distinct().Count() == 1 && ClimatologyDeviation.Distinct().Count() == 1;

    /// <summary>Refuses an archive that the model cannot read.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ModelMismatchException">Site count, names or places of the sites, step length, units or the kind of errors disagree; the message says
    /// both values of each.</exception>
    public void Require(ArchiveDescription archive) => Require(archive, "");

    /// <summary>What the sites mean: the entry of <see cref="Layout"/> that each lies at, and its name where it has one.</summary>
    /// <exception cref="ArgumentException">The operator does not apply to the layout, or there is another number of names than of sites.</exception>
    public SiteMap Sites() => SiteMap.Of(Layout, Operator, SiteCount, SiteNames);

    /// <summary>The card as it reads for an archive: this one, or, for a model of a ring or torus and an archive that observes one of another size, one of that
    /// size.</summary>
    /// <remarks>
    /// A network may be taken to another ring where it is the same at every site: the climatology is (it is checked here), and the ONNX file's graph (it is
    /// checked when the file is opened for that ring). A torus that is larger along one axis or both is read in tiles of the trained one. The files' hashes
    /// stay.
    /// </remarks>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ModelMismatchException">Step length or units disagree, or the site count and not both are rings; the message says both values of
    /// each.</exception>
    public ModelCard On(ArchiveDescription archive)
    {
        if (archive.SiteCount == SiteCount)
        {
            Require(archive);
            return this;
        }

        if (IsOfLargerTori && archive.Layout.SharedGrid is Torus torus)
        {
            return OnTorus(archive, torus);
        }

        if (!IsOnAnotherRing(archive) || (SiteNames is not null && archive.SiteNames is not null))
        {
            Require(archive, IsOfAnyRing && SiteNames is null ? $" The model reads a ring of any size, but the archive's sites are not the whole "
                + $"of a ring ({archive.Layout})." : "");
        }

        var resized = this with
        {
            Layout = LayoutOn(archive),
            SiteCount = archive.SiteCount,
            SiteNames = null,
            ClimatologyMean = [.. Enumerable.Repeat(ClimatologyMean[0], archive.SiteCount)],
            ClimatologyDeviation = [.. Enumerable.Repeat(ClimatologyDeviation[0], archive.SiteCount)],
        };
        resized.Require(archive);
        return resized;
    }

    /// <summary>What a record is that the model takes: its own layout, sites, units and errors.</summary>
    /// <param name="steps">The record's steps.</param>
    public ArchiveDescription Record(StepRange steps) => new()
    {
        Layout = Layout, Operator = Operator, SiteCount = SiteCount, SiteNames = SiteNames, StepLength = StepLength, TimeUnit = TimeUnit, ValueUnit = ValueUnit,
        Fields = Fields, Errors = Errors, Sigma = Sigma, Steps = steps,
    };

    /// <summary>Refuses a record that is too short for the model's windows.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ModelMismatchException">The record is shorter than half a window.</exception>
    public void RequireLength(ArchiveDescription archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        if (archive.Steps.Count <= HalfWidth)
        {
            throw new ModelMismatchException(
                $"Model '{Name}': expected a record of at least {HalfWidth + 1L} steps (half of its window of half-width {HalfWidth}), got "
                    + $"{archive.Steps.Count}. Take a longer record, a model with a narrower window, or a method without a network (see 'coda methods').");
        }
    }

    /// <summary>The layout of the states that the model gives for an archive: the card's, or a ring of the archive's size (see <see cref="On"/>).</summary>
    /// <param name="archive">What the archive holds.</param>
    public StateLayout LayoutOn(ArchiveDescription archive) => archive.SiteCount != SiteCount && IsOfLargerTori && archive.Layout.SharedGrid is Torus torus
        ? new StateLayout([.. Layout.Fields.Select(field => field with { Grid = torus })])
        : IsOnAnotherRing(archive) ? StateLayout.On(new Ring(archive.SiteCount), Layout.Fields[0].Name) : Layout;

    /// <summary>Whether every state entry is a site on one torus, with one climatology for each field, and the network is the same everywhere on it (see
    /// <see cref="On"/>).</summary>
    [JsonIgnore]
    public bool IsOfLargerTori => Reach is not null && Layout.SharedGrid is Torus torus && SiteCount == Layout.Size
        && Sites().Entries.Index().All(site => site.Item == site.Index)
        && new[] { ClimatologyMean, ClimatologyDeviation }.All(values => values.Chunk(torus.Size).All(sites => sites.Distinct().Count() == 1));

    private static string Steps(int count) => count == 1 ? "a step" : FormattableString.Invariant($"{count} steps");

    private ModelCard OnTorus(ArchiveDescription archive, Torus torus)
    {
        var own = Layout.SharedGrid!;
        var fits = torus.Shape.Zip(own.Shape).All(axis => axis.First == axis.Second || (axis.First > axis.Second && 2 * Reach < axis.Second));
        var isWhole = archive.SiteCount == archive.Layout.Size && archive.Layout.Fields.Select(f => f.Name).SequenceEqual(Layout.Fields.Select(f => f.Name));
        if (!fits || !isWhole)
        {
            Require(archive, FormattableString.Invariant(
                $" The model reads a torus of {own.Shape[0]} x {own.Shape[1]} (card) or a larger one, by tiles that overlap by its reach of {Reach} ")
                + $"sites on each side, of the fields {string.Join(", ", Layout.Fields.Select(f => f.Name))}; the archive is of {archive.Layout}.");
        }

        var resized = this with
        {
            Layout = LayoutOn(archive), SiteCount = archive.SiteCount, SiteNames = null, ClimatologyMean = Everywhere(ClimatologyMean),
            ClimatologyDeviation = Everywhere(ClimatologyDeviation),
        };
        resized.Require(archive);
        return resized;

        double[] Everywhere(IReadOnlyList<double> values) => [.. values.Chunk(own.Size).SelectMany(field => Enumerable.Repeat(field[0], torus.Size))];
    }

    private bool IsOnAnotherRing(ArchiveDescription archive) => archive.SiteCount != SiteCount && IsOfAnyRing
        && archive.Layout.Fields.Any(f => f.Grid.IsPeriodicLine && f.Size == archive.SiteCount);

    private void Require(ArchiveDescription archive, string why)
    {
        var faults = new List<string>();
        Compare("site count", SiteCount, archive.SiteCount);
        if (IsWhole(Layout, SiteCount) && IsWhole(archive.Layout, archive.SiteCount) && SiteCount == archive.SiteCount)
        {
            Compare("grid", Layout.SharedGrid, archive.Layout.SharedGrid); // of as many sites in another shape
        }

        Compare("time unit", TimeUnit, archive.TimeUnit);
        Compare("value unit", ValueUnit, archive.ValueUnit);
        var areOwn = new[] { Fields, archive.Fields }.Any(fields => fields?.Values.Any(f => f.Errors is not null) == true);
        if (!areOwn)
        {
            Compare("errors", Errors, archive.Errors);
        }

        foreach (var field in areOwn ? Layout.Fields : [])
        {
            Compare($"errors of {field.Name}", ErrorsOf(field), archive.ErrorsOf(field));
        }

        foreach (var field in Fields is null && archive.Fields is null ? [] : Layout.Fields)
        {
            Compare($"unit of {field.Name}", UnitOf(field), archive.UnitOf(field));
        }

        if (!TimeAxis.IsSameStep(StepLength, archive.StepLength))
        {
            Compare("step length", StepLength, archive.StepLength);
        }

        if (Sites().DifferenceTo(archive.Sites()) is { } difference)
        {
            faults.Add($"sites: {difference}");
            why += " Import the observations again with --sites-of and the model's folder, which brings them into its order.";
        }

        if (faults.Count > 0)
        {
            throw new ModelMismatchException(
                $"Model '{Name}' cannot read this archive: {string.Join("; ", faults)}.{why} Train a model on such observations, or choose another.");
        }

        static bool IsWhole(StateLayout layout, int sites) => layout.SharedGrid is { Shape.Count: > 1 } && layout.Size == sites;

        void Compare<T>(string what, T model, T got)
        {
            if (!Equals(model, got))
            {
                faults.Add(FormattableString.Invariant($"{what}: expected {model} (card), got {got} (archive)"));
            }
        }
    }
}
