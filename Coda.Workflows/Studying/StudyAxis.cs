namespace Coda.Workflows.Studying;

/// <summary>What one axis of a study varies.</summary>
/// <param name="Name">The quantity, as a table's column names it.</param>
/// <param name="Points">Its points, in order.</param>
public sealed record StudyAxis(string Name, IReadOnlyList<StudyPoint> Points)
{
    /// <summary>An axis of a member that takes each of several values.</summary>
    /// <param name="name">The quantity.</param>
    /// <param name="member">The member of <see cref="StudyCell"/> that is set, as in <c>experiment.rolloutLength</c>.</param>
    /// <param name="values">The values.</param>
    public static StudyAxis Of(string name, string member, params double[] values) => Of(name, [member], values);

    /// <summary>An axis of several members that take each of several values together.</summary>
    /// <param name="name">The quantity.</param>
    /// <param name="members">The members of <see cref="StudyCell"/> that are set.</param>
    /// <param name="values">The values.</param>
    public static StudyAxis Of(string name, IReadOnlyList<string> members, params double[] values) =>
        new(name, [.. values.Select(v => new StudyPoint(v, [.. members.Select(m => FormattableString.Invariant($"{m}={v}"))]))]);
}
