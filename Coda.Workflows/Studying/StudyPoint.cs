namespace Coda.Workflows.Studying;

/// <summary>One point of an axis.</summary>
/// <param name="Value">The number that stands for it in tables.</param>
/// <param name="Settings">What it sets, as in <c>experiment.network.halfWidth=25</c>; members of <see cref="StudyCell"/>.</param>
public sealed record StudyPoint(double Value, IReadOnlyList<string> Settings);
