using System.Text.Json.Nodes;

namespace Coda.Data.Foundation;

/// <summary>A catalogue entry by name with the options that differ from its defaults; how files and experiments name one.</summary>
/// <param name="Name">The entry's name in its <see cref="Catalog{T}"/>, for example <c>lorenz96</c>.</param>
/// <param name="Options">Members of the entry's options record; <see langword="null"/> takes every default.</param>
public sealed record Component(string Name, JsonObject? Options = null);
