using Coda.Data.Foundation;

namespace Coda.Data.Cards;

/// <summary>The names that training and inference agree on: files of a model's folder besides its graphs (<see cref="ModelRoles"/>), and tensors
/// of these.</summary>
public static class ModelFolder
{
    private const string CardCure = "Copy or fetch the model's whole folder again, or export it anew.";

    /// <summary>The card.</summary>
    public const string Card = "card.json";

    /// <summary>Inputs and outputs as LibTorch computed them, in the safetensors format.</summary>
    public const string Reference = "reference.safetensors";

    /// <summary>The weights of network and correction, in the safetensors format, from which training can start.</summary>
    public const string Weights = "weights.safetensors";

    /// <summary>The course of the model's training (<see cref="TrainingHistory"/>), where one is kept.</summary>
    public const string History = "history.parquet";

    /// <summary>
    /// Input of the analyses: raw values (0 where missing), mask and, where the network reads them, standard deviations of the errors (0 where missing).
    /// [batch, channel, time, site], or [channel, time, site] for a stretch.
    /// </summary>
    public const string Observations = "observations";

    /// <summary>A state: output of the analyses, input of forecast, tangent, adjoint and correction. [batch, space]</summary>
    public const string State = "state";

    /// <summary>Output of the analyses of networks that give one: the standard deviation of each entry's error, in state units. [batch, space]</summary>
    public const string Spread = "spread";

    /// <summary>Input of the cycle: the forecasts that are analyzed. [batch, member, space]</summary>
    public const string Background = "background";

    /// <summary>Output of the cycle: the states that are forecast from here, whose mean is the analysis. [batch, member, space]</summary>
    public const string Members = "members";

    /// <summary>Input of the cycle: raw values of its step (0 where missing) and mask. [batch, 2, site]</summary>
    public const string Newest = "newest_observations";

    /// <summary>Input of the cycle: what the cycle before left, 0 at the start. [batch, channel, point]</summary>
    public const string Memory = "memory";

    /// <summary>Output of the cycle: the memory for the next one. [batch, channel, point]</summary>
    public const string NextMemory = "next_memory";

    /// <summary>Output of the cycle: the gain's weights, of each field for each field and neighbour, in units of the climatology's deviations. [batch, weight,
    /// point]</summary>
    public const string Gain = "gain";

    /// <summary>Input of forecast, tangent and adjoint of models with forcing: its values at the state's step and the next. [batch, 2, channel]</summary>
    public const string Forcing = "forcing";

    /// <summary>Output of forecast, tangent and adjoint. [batch, space]</summary>
    public const string NextState = "next_state";

    /// <summary>Input of the tangent. [batch, member, space]</summary>
    public const string Perturbations = "perturbations";

    /// <summary>Output of the tangent. [batch, member, space]</summary>
    public const string NextPerturbations = "next_perturbations";

    /// <summary>Input of the adjoint: the gradient of any cost by the next state. [batch, space]</summary>
    public const string NextSensitivities = "next_sensitivities";

    /// <summary>Output of the adjoint: the gradient of the same cost by the state. [batch, space]</summary>
    public const string Sensitivities = "sensitivities";

    /// <summary>As <see cref="State"/>, with the departures of tracked parameters and weights after it. [batch, space]</summary>
    public const string TrackedState = "tracked_state";

    /// <summary>As <see cref="NextState"/>, with the same departures after it. [batch, space]</summary>
    public const string NextTrackedState = "next_tracked_state";

    /// <summary>Input of the tangent of such states. [batch, member, space]</summary>
    public const string TrackedPerturbations = "tracked_perturbations";

    /// <summary>Output of the tangent of such states. [batch, member, space]</summary>
    public const string NextTrackedPerturbations = "next_tracked_perturbations";

    /// <summary>Output of the encoder, input of the decoder and its tangent: the latent numbers of a state. [batch, latent]</summary>
    public const string Latent = "latent";

    /// <summary>Output of the decoder and its tangent: the state that latent numbers stand for. [batch, space]</summary>
    public const string Decoded = "decoded_state";

    /// <summary>Input of the decoder's tangent. [batch, member, latent]</summary>
    public const string LatentPerturbations = "latent_perturbations";

    /// <summary>Output of the decoder's tangent. [batch, member, space]</summary>
    public const string DecodedPerturbations = "decoded_perturbations";

    /// <summary>Input of the score: consecutive states with noise. [batch, time, space]</summary>
    public const string Segment = "segment";

    /// <summary>Input of the score: the standard deviation σ of the noise, in those of the climatology. [batch, 1]</summary>
    public const string NoiseLevel = "noise_level";

    /// <summary>Input of the score: the gradient of any cost by the states without noise. [batch, time, space]</summary>
    public const string DenoisedSensitivities = "denoised_sensitivities";

    /// <summary>Output of the score: the expected states without noise, of which the score is (denoised - segment) / σ² in those units. [batch, time,
    /// space]</summary>
    public const string Denoised = "denoised_segment";

    /// <summary>Output of the score: the gradient of the same cost by the states with noise. [batch, time, space]</summary>
    public const string SegmentSensitivities = "segment_sensitivities";

    /// <summary>Input of the impact: the gradient of any cost by the state of each window. [batch, space]</summary>
    public const string StateSensitivities = "state_sensitivities";

    /// <summary>Output of the impact: the gradient of the same cost by the observed values. [batch, time, site]</summary>
    public const string ObservationSensitivities = "observation_sensitivities";

    /// <summary>Output of the correction: B(x), the tendency that the simulator lacks. [batch, space]</summary>
    public const string MissingTendency = "missing_tendency";

    /// <summary>Reads a model's card, checks that it agrees with itself, and every file against it.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="verifiesFiles">Whether the files' hashes are compared, too.</param>
    /// <exception cref="FileNotFoundException">There is no card, or a file it names is missing.</exception>
    /// <exception cref="InvalidDataException">The card is damaged, or contradicts itself; one part of the message for every fault.</exception>
    /// <exception cref="ModelMismatchException">A file's hash differs from the card's, or the card is of another format.</exception>
    public static ModelCard ReadCard(string folder, bool verifiesFiles = true)
    {
        var path = Path.Combine(folder, Card);
        if (!File.Exists(path))
        {
            var released = ReleasedModels.All().Keys;
            var nearest = NearestName.Of(folder, released) is { } near ? $" Did you mean '{near}'?" : "";
            throw new FileNotFoundException(
                $"Expected a model's folder with {Card}, got '{folder}'; "
                    + $"train one with 'coda train'{(released.Count > 0 ? $", or take a released one: {string.Join(", ", released)}" : "")}.{nearest}", path);
        }

        using var source = JsonSource.Open(path, CardCure);
        if (source.FormatVersion is { } got and not (>= 1 and <= ModelCard.CurrentFormatVersion))
        {
            throw new ModelMismatchException(
                $"{path}: formatVersion: expected 1 to {ModelCard.CurrentFormatVersion}, got {got}; use the version of Coda that wrote it.");
        }

        var card = Current(source.As<ModelCard>());
        CardCheck.Require(card, path, CardCure);
        source.RequireDigest();
        foreach (var (name, file) in verifiesFiles ? card.Files : [])
        {
            RequireFile(folder, name, file.Sha256);
        }

        return card;
    }

    // A card of format 1 names no roles; its files are named after them.
    private static ModelCard Current(ModelCard card) => WithMemory(card with
    {
        FormatVersion = ModelCard.CurrentFormatVersion,
        Files = new(
            card.Files.ToDictionary(f => f.Key, f => f.Value with { Role = f.Value.Role ?? Path.GetFileNameWithoutExtension(f.Key) }), StringComparer.Ordinal),
    });

    // The card of an emulator told nothing of its memory; there is no other network whose model steps forward and does nothing else.
    private static ModelCard WithMemory(ModelCard card) =>
        card.MemorySize is null && card.HalfWidth == 0 && card.Files.Values.Select(file => file.Role).ToHashSet() is var roles
        && roles.Contains(ModelRoles.Forecast) && roles.IsSubsetOf([ModelRoles.Forecast, ModelRoles.Tangent, ModelRoles.Adjoint])
            ? card with { MemorySize = card.Layout.Fields[^1] is { Name: Memory } memory ? memory.Size : 0 }
            : card;

    /// <summary>The SHA-256 of a file, in lower-case hexadecimal.</summary>
    /// <param name="path">The file.</param>
    public static string Hash(string path) => FileHash.Sha256(path);

    private static void RequireFile(string folder, string name, string expected)
    {
        if (NamedFile.Fault(name) is { } fault)
        {
            throw new InvalidDataException($"{Path.Combine(folder, Card)}: files: expected names of files in this folder, got {fault}; "
                + "copy the model's whole folder, or export it again.");
        }

        var path = NamedFile.Find(folder, name) ?? throw new FileNotFoundException(
            $"Expected {Path.Combine(folder, name)}, which the card names; copy the model's whole folder, or export it again.", name);
        var hash = Hash(path);
        if (hash != expected)
        {
            throw new ModelMismatchException($"{path}: expected SHA-256 {expected} (card), got {hash}; the file was changed after its export.");
        }
    }
}
