namespace Coda.Tests.Cli;

/// <summary>Command lines for records and networks so small that every stage takes a moment.</summary>
internal static class Tiny
{
    private static readonly string[] Lorenz96 = ["--experiment", "lorenz96"];

    public static string[] Simulate(string output, params string[] more) => Simulate(output, 12, 100, more);

    public static string[] Simulate(string output, int trajectories, int steps, params string[] more) =>
        ["simulate", "--trajectories", $"{trajectories}", "--steps", $"{steps}", "--spin-up", "300", "--output", output, .. more];

    // One thread: threads that wait for each other on a busy machine take a hundred times as long.
    public static string[] Train(string archive, string output, params string[] more) =>
    [
        "train", "--archive", archive, "--output",
            output, "--threads", "1", "--set", "network.halfWidth=5", "network.width=8", "batchSize=8", "rolloutLength=10",
        "warmUpSteps=5", "validationInterval=10", "checkpointInterval=10", .. more, .. more.Contains("--experiment") ? [] : Lorenz96,
    ];
}
