using System.Reflection;

namespace Coda.Workflows.Checking;

/// <summary>Assemblies whose plug-ins are to be checked.</summary>
/// <param name="Assemblies">The assemblies, as <see cref="PlugInFile.Load"/> gives them.</param>
public sealed record PlugInCheckJob(IReadOnlyList<Assembly> Assemblies)
{
    /// <summary>Contracts whose classes take nothing and name themselves, besides those of experiments and studies.</summary>
    public IReadOnlyList<(string Kind, Type Contract)> MoreContracts { get; init; } = [];

    /// <summary>The steps of each system's free run, at least 1.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>The time step of that run, finite and greater than 0.</summary>
    public double StepLength { get; init; } = 0.01;
}
