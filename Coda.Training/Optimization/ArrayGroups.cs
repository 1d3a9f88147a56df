namespace Coda.Training.Optimization;

/// <summary>Groups of arrays in one flat list: each name has its group's before it, and a dot.</summary>
internal static class ArrayGroups
{
    /// <summary>Joins groups.</summary>
    /// <param name="groups">The groups.</param>
    public static Dictionary<string, float[]> Join(IEnumerable<(string Name, IReadOnlyDictionary<string, float[]> Arrays)> groups) =>
        groups.SelectMany(group => group.Arrays.Select(array => ($"{group.Name}.{array.Key}", array.Value))).ToDictionary();

    /// <summary>The arrays of a group, without its name.</summary>
    /// <param name="arrays">All arrays.</param>
    /// <param name="name">The group's name.</param>
    public static Dictionary<string, float[]> Of(IReadOnlyDictionary<string, float[]> arrays, string name) =>
        arrays.Where(p => p.Key.StartsWith(name + ".", StringComparison.Ordinal)).ToDictionary(p => p.Key[(name.Length + 1)..], p => p.Value);
}
