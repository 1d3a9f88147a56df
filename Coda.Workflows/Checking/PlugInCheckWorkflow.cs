using System.Reflection;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Checking;

/// <summary>Whether plug-ins do what is expected of them.</summary>
public static class PlugInCheckWorkflow
{
    /// <summary>Checks every plug-in of some assemblies: how it is made, and of systems and operators shapes, derivatives and a free run.</summary>
    /// <param name="job">Which assemblies, and how far.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What was found, plug-in by plug-in; what fails is in it.</returns>
    /// <exception cref="ArgumentException">Steps that cannot be taken.</exception>
    public static IReadOnlyList<PlugInCheck> Run(PlugInCheckJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        new Data.Foundation.Faults("check")
            .Require(job.Steps >= 1, nameof(job.Steps), "at least 1", job.Steps)
            .Require(double.IsFinite(job.StepLength) && job.StepLength > 0, nameof(job.StepLength), "a finite number greater than 0", job.StepLength)
            .ThrowIfAny();
        return progress.Run("check", _ => new PlugInChecks(job).Run(isQuick: false, cancellation).ToList());
    }

    /// <summary>Refuses assemblies whose plug-ins fail what can be checked in a moment, as whoever loads one does.</summary>
    /// <param name="assemblies">The assemblies.</param>
    /// <exception cref="InvalidDataException">A plug-in fails; all of them are named.</exception>
    public static void Require(IReadOnlyList<Assembly> assemblies)
    {
        var failed = new PlugInChecks(new PlugInCheckJob(assemblies)).Run(isQuick: true, CancellationToken.None).Where(check => !check.IsPassed).ToList();
        if (failed.Count > 0)
        {
            var files = string.Join(", ", assemblies.Select(assembly => Path.GetFileName(assembly.Location)));
            throw new InvalidDataException(
                $"{files}: {string.Join(
                    "; ", failed.Select(check => $"{check.Kind} {check.PlugIn}, {check.Check}: {check.Result.TrimEnd('.')}"))}. {failed[0].Cure} "
                    + "'coda check --plugin FILE' says more.");
        }
    }
}
