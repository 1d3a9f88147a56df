namespace Coda.Workflows.Training;

/// <summary>What a finished cycle of an emulator's training came from: written last, so that a run goes on after it.</summary>
/// <param name="Observations">The digest of the training record's observations.</param>
/// <param name="Experiment">The experiment, but for its number of cycles, as JSON.</param>
/// <param name="From">The SHA-256 of the card of the model that the run started from; <see langword="null"/> for none.</param>
/// <param name="Version">The version of this file.</param>
internal sealed record CycleNote(string Observations, string Experiment, string? From, int Version = 1);
