using Coda.Data.Cards;
using Coda.Inference.Sessions;

namespace Coda.Workflows.Inspecting;

/// <summary>A trained model.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="IsVerified">Whether every hash, and what every graph takes and gives, was found right.</param>
/// <param name="Card">What it is.</param>
/// <param name="Differences">The greatest difference of ONNX Runtime from LibTorch, by file, in state units; none where nothing was compared.</param>
/// <param name="OtherRings">The rings that it can be taken to; nothing where only the card's sites are read, or it was not verified.</param>
/// <param name="Lacks">What its folder lacks or has too much of, in words.</param>
/// <param name="History">The course of its training, in short; <see langword="null"/> where its folder has none.</param>
public sealed record InspectedModel(
    string Path,
    bool IsVerified,
    ModelCard Card,
    IReadOnlyDictionary<string, double> Differences,
    RingSizes? OtherRings,
    IReadOnlyList<string> Lacks,
    InspectedHistory? History)
    : Inspection("model", Path);
